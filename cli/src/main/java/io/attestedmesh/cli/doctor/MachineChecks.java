package io.attestedmesh.cli.doctor;

import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.transport.engine.TlsEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What depends on the machine: Java, native libraries, devices. */
final class MachineChecks {
    private static final Path VSOCK = Path.of("/dev/vsock");

    private MachineChecks() {}

    static List<Finding> all(Optional<MeshConfig> config) {
        return List.of(java(), engine(config.flatMap(c -> c.tls().engine())), provider(), nsm(config), vsock());
    }

    private static Finding java() {
        return Finding.ok(
                "java",
                Runtime.version() + " from " + System.getProperty("java.vendor") + ", "
                        + System.getProperty("java.home"));
    }

    private static Finding engine(Optional<String> configured) {
        TlsEngine engine;
        try {
            engine = configured.map(TlsEngine::byName).orElseGet(TlsEngine::preferred);
        } catch (IllegalArgumentException e) {
            return Finding.fault(
                    "tls engine", configured.orElseThrow() + ": " + e.getMessage(), "correct [tls] engine");
        }
        Optional<String> unavailable = engine.unavailable();
        if (unavailable.isPresent()) {
            return Finding.fault(
                    "tls engine",
                    engine.name() + ": " + unavailable.get(),
                    "choose one of " + available() + " in [tls] engine");
        }
        return Finding.ok(
                "tls engine",
                engine.name() + (configured.isPresent() ? " (configured)" : " (best here)") + ", TLS 1.3, "
                        + (engine.hybridKeyExchange() ? "X25519MLKEM768" : "no hybrid key exchange") + ", "
                        + (engine.hasExporter() ? "exporter" : "no exporter") + "; there are " + available());
    }

    private static String available() {
        return TlsEngine.all().stream()
                .filter(engine -> engine.unavailable().isEmpty())
                .map(TlsEngine::name)
                .collect(Collectors.joining(", "));
    }

    private static Finding provider() {
        String name = CryptoProvider.fastest().name();
        if (CryptoProvider.fastest().isCorretto()) {
            return Finding.ok("signature checks", name);
        }
        return Finding.warning(
                "signature checks",
                name + ", which is slower than Amazon Corretto Crypto Provider",
                "its native library exists for Linux on x86-64 and AArch64");
    }

    private static Finding nsm(Optional<MeshConfig> config) {
        Path device = config.map(each -> each.attestation().nsm()).orElse(NsmDevice.PATH);
        if (Files.exists(device)) {
            return Files.isReadable(device) && Files.isWritable(device)
                    ? Finding.ok("nsm", device + " is there")
                    : Finding.fault("nsm", device + " is there, and this user may not use it", "run as a user who may");
        }
        Optional<Path> simulated = config.flatMap(c -> c.attestation().simulated());
        if (simulated.isPresent()) {
            return Finding.warning(
                    "nsm",
                    "none; evidence comes from the software Nitro in " + simulated.get(),
                    "fine for development: it proves nothing about hardware");
        }
        boolean needed = config.map(c -> c.node().mode() != PeerMode.MANUAL).orElse(false);
        return needed
                ? Finding.fault(
                        "nsm", "none, and the mode needs one", "set [attestation] simulated = \"insecure-cloud\"")
                : Finding.ok("nsm", "none: this machine is no Nitro enclave, and cannot make evidence about itself");
    }

    private static Finding vsock() {
        return Finding.ok(
                "vsock", Files.exists(VSOCK) ? VSOCK + " is there" : "none; only an enclave and its parent need it");
    }
}
