package io.attestedmesh.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.tunnel.Tunnel;
import io.attestedmesh.transport.tunnel.TunnelLimits;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One end of a tunnel: {@code TunnelProcess FOLDER server|client PORT ENGINE STREAMS}, where PORT is that of the target or of
 * the server. Prints its own port; answers each line with its open streams, the bytes of heap in use after collecting, and
 * its open descriptors; ends with its input.
 */
final class TunnelProcess {
    private TunnelProcess() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[2]);
        TlsEngine engine = TlsEngine.byName(args[3]);
        Parties parties =
                new Parties(Path.of(args[0]), engine.hasExporter() ? Freshness.SESSION : Freshness.CERTIFICATE);
        TunnelLimits limits = Passage.limitsFor(2 * Integer.parseInt(args[4]));
        try (Tunnel tunnel = args[1].equals("server")
                ? Passage.server(parties, engine, port, limits)
                : Passage.client(parties, engine, port, limits)) {
            System.out.println(Passage.portOf(tunnel));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (in.readLine() != null) {
                System.out.println(tunnel.streams().size() + " " + heap() + " " + descriptors());
            }
        }
    }

    // twice: what a cleaner frees is garbage only after the first
    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
