package io.attestedmesh.attest.simulator;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/** Another process that opens a simulated cloud; prints {@code ready}, then the serial number of the root it found. */
final class Founder {
    private Founder() {}

    public static void main(String[] folder) throws Exception {
        System.out.println("ready");
        SimulatedNitro cloud = SimulatedNitro.openOrCreate(Path.of(folder[0]), Clock.systemUTC(), new SecureRandom());
        System.out.println(cloud.rootCertificate().getSerialNumber().toString(16));
    }
}
