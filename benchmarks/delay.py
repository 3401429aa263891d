"""A TCP proxy that holds up everything, and cuts connections: delay.py LISTEN:PORT TARGET:PORT MILLISECONDS SECONDS"""

import asyncio
import sys


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


async def relay(reader, writer, delay):
    """Passes on each piece when it is `delay` old, however many are on their way."""
    pieces = asyncio.Queue(1024)

    async def write():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
        writer.close()

    writing = asyncio.create_task(write())
    try:
        while True:
            piece = await reader.read(65536)
            await pieces.put((asyncio.get_running_loop().time() + delay, piece))
            if not piece:
                break
    except OSError:
        await pieces.put((0, b""))
    try:
        await writing
    except OSError:
        pass


async def main(listen, target, delay, life):
    async def connected(reader, writer):
        try:
            there, out = await asyncio.open_connection(*target)
        except OSError:
            writer.close()
            return
        relays = asyncio.gather(relay(reader, out, delay), relay(there, writer, delay))
        try:
            await asyncio.wait_for(relays, life)
        except asyncio.TimeoutError:
            writer.transport.abort()
            out.transport.abort()

    server = await asyncio.start_server(connected, *listen)
    async with server:
        await server.serve_forever()


asyncio.run(main(address(sys.argv[1]), address(sys.argv[2]), float(sys.argv[3]) / 1000, float(sys.argv[4])))
