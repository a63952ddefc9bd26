"""One side of an ICE session with python3-aioice: what an application does with it, and no more.

Usage: ice_peer.py controlling|controlled STUN_HOST:PORT SIGNAL_HOST:PORT

It gathers candidates, sends them through the signalling server as one datagram, gets the other side's the same way, and checks.
One JSON object a line tells how far it is; it stays until it is ended, as the other side may still need its answers.
"""
import asyncio
import json
import sys

import aioice

RESEND_AFTER = 1.0


def say(event):
    print(json.dumps({"event": event}), flush=True)


def address(text):
    host, port = text.split(":")
    return host, int(port)


class Signalling(asyncio.DatagramProtocol):
    """Sends the own description until the other side's comes."""

    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, addr):
        if not self.answer.done():
            self.answer.set_result(json.loads(data))


async def exchange(server, description):
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(Signalling, remote_addr=server)
    while True:
        transport.sendto(json.dumps(description).encode())
        try:
            return await asyncio.wait_for(asyncio.shield(protocol.answer), RESEND_AFTER)
        except asyncio.TimeoutError:
            pass


async def main(role, stun, signal):
    say("ready")
    connection = aioice.Connection(ice_controlling=role == "controlling", stun_server=stun, use_ipv6=False)
    await connection.gather_candidates()
    say("gathered")
    answer = await exchange(signal, {
        "username": connection.local_username,
        "password": connection.local_password,
        "candidates": [candidate.to_sdp() for candidate in connection.local_candidates],
    })
    say("signalled")
    connection.remote_username = answer["username"]
    connection.remote_password = answer["password"]
    for candidate in answer["candidates"]:
        await connection.add_remote_candidate(aioice.Candidate.from_sdp(candidate))
    await connection.add_remote_candidate(None)
    try:
        await connection.connect()
    except ConnectionError:
        say("failed")
        return 1
    say("connected")
    await asyncio.Event().wait()


sys.exit(asyncio.run(main(sys.argv[1], address(sys.argv[2]), address(sys.argv[3]))))
