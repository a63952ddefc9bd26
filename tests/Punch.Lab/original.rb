# A peer that behaves like the original program of 2007 (docs/design.md#the-original-program), written afresh for interoperation tests.
# Usage: ruby original.rb REMOTE-HOST [SECONDS]     (it runs for ever, or for SECONDS in a test)
require "socket"

PORT = 6311
LONGEST_DATAGRAM = 1024
LONGEST_WAIT = 3

def bound_socket
  socket = UDPSocket.new
  socket.bind("0.0.0.0", PORT)
  socket
end

$stdout.sync = true
remote = ARGV.fetch(0)
stop_at = ARGV[1] && Process.clock_gettime(Process::CLOCK_MONOTONIC) + ARGV[1].to_f

opener = bound_socket
opener.send("", 0, remote, PORT)
opener.close

socket = bound_socket
until stop_at && Process.clock_gettime(Process::CLOCK_MONOTONIC) >= stop_at
  if IO.select([socket], nil, nil, rand(0..LONGEST_WAIT))
    data, from = socket.recvfrom(LONGEST_DATAGRAM)
    puts "Response from #{from[3]}:#{from[1]} is #{data}"
  else
    message = Time.now.to_s
    puts "Sending #{message} to #{remote}:#{PORT}"
    socket.send(message, 0, remote, PORT)
  end
end
