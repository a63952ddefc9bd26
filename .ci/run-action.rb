# run-action.rb INPUT=VALUE...: runs the steps of action.yml as a runner does, with the inputs given. Prints the outputs. The environment
# has RUNNER_TEMP. Ends with the exit code of the first step that fails.
require "fileutils"
require "yaml"

action = YAML.safe_load_file("action.yml")
inputs = action.fetch("inputs").transform_values { |input| input.fetch("default") }
ARGV.each do |word|
  name, value = word.split("=", 2)
  raise "action.yml has no input #{name}" unless inputs.key?(name)

  inputs[name] = value
end

temp = ENV.fetch("RUNNER_TEMP")
files = { "GITHUB_PATH" => "#{temp}/path", "GITHUB_OUTPUT" => "#{temp}/output" }
outputs = Hash.new { |all, step| all[step] = {} }
path = []
action.fetch("runs").fetch("steps").each do |step|
  raise "a step without a shell" unless step["shell"] == "bash"

  files.each_value { |file| File.write(file, "") }
  environment = step.fetch("env", {}).transform_values { |text| text.gsub(/\$\{\{ inputs\.([\w-]+) \}\}/) { inputs.fetch($1) } }
  environment.merge!(files, "GITHUB_ACTION_PATH" => Dir.pwd, "PATH" => (path + [ENV.fetch("PATH")]).join(":"))
  system(environment, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.fetch("run"))
  failed = $?.exitstatus
  path = File.readlines(files["GITHUB_PATH"], chomp: true) + path
  File.readlines(files["GITHUB_OUTPUT"], chomp: true).each do |line|
    name, value = line.split("=", 2)
    outputs[step["id"]][name] = value
  end
  break @failed = failed unless failed.zero?
end

action.fetch("outputs").each do |name, output|
  value = output.fetch("value").gsub(/\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}/) { outputs[$1].fetch($2, "") }
  puts "output #{name}=#{value}"
end
exit(@failed || 0)
