"""A TCP proxy that holds up everything, and cuts connections: delay.py LISTEN:PORT TARGET:PORT MILLISECONDS SECONDS"""

import asyncio
import sys


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


async def relay(reader, writer, delay):
    """Passes on each piece when it is `delay` old, however many are on their way."""
    now = asyncio.get_running_loop().time
    pieces = asyncio.Queue(1024)

    async def write():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - now())
            if not piece:
                writer.write_eof()
                return
            writer.write(piece)
            await writer.drain()

    writing = asyncio.create_task(write())
    try:
        piece = b"begin"
        while piece:
            piece = await reader.read(65536)
            await pieces.put((now() + delay, piece))
        await writing
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def main(listen, target, delay, life):
    async def connected(reader, writer):
        try:
            there, out = await asyncio.open_connection(*target)
        except OSError:
            writer.close()
            return
        both = asyncio.gather(relay(reader, out, delay), relay(there, writer, delay))
        try:
            await asyncio.wait_for(both, life)
        except (asyncio.TimeoutError, OSError):
            pass
        finally:
            writer.transport.abort()
            out.transport.abort()

    server = await asyncio.start_server(connected, *listen)
    async with server:
        await server.serve_forever()


asyncio.run(main(address(sys.argv[1]), address(sys.argv[2]), float(sys.argv[3]) / 1000, float(sys.argv[4])))
