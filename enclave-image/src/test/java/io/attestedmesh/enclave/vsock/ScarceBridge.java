package io.attestedmesh.enclave.vsock;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A bridge in a process of its own, which has few descriptors: prints its port, then its counts for each line it reads. */
final class ScarceBridge {
    private ScarceBridge() {}

    public static void main(String[] args) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TcpAddress target = new TcpAddress(loopback, Integer.parseInt(args[0]));
        try (EventLoop loop = EventLoop.start("scarce");
                Bridge bridge = Bridge.forward(
                        loop, new TcpAddress(loopback, 0), target, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            // classes that come out of a folder need a descriptor each, so those of failures are loaded now
            try {
                NativeSocket.connected(new UnixAddress(Path.of("nobody-listens-here")), 1);
            } catch (SystemCallException e) {
                bridge.counts();
            }
            System.out.println(((TcpAddress) bridge.address()).socket().getPort());
            while (in.readLine() != null) {
                System.out.println(bridge.counts().refused(Refusal.NO_DESCRIPTORS));
            }
        }
    }
}
