package io.attestedmesh.cli.doctor;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.SessionSupport;
import io.attestedmesh.transport.engine.TlsEngine;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What depends on one node's configuration: certificates, the list of releases, the clock, where it listens. */
final class NodeChecks {
    private static final String TELEMETRY = "telemetry";
    private static final String LEVEL = "level";

    private final MeshConfig config;
    private final Clock clock;

    NodeChecks(MeshConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        findings.add(clockAgainstDocument());
        findings.add(level());
        findings.addAll(new CertificateChecks(config, clock.instant()).all());
        findings.addAll(new ReleaseChecks(config, clock).all());
        findings.add(telemetry());
        return findings;
    }

    /** Whether the engine carries the evidence that is demanded; that there is a device for ours is the machine's check. */
    private Finding level() {
        TlsEngine engine;
        try {
            engine = config.tls().engine().map(TlsEngine::byName).orElseGet(TlsEngine::preferred);
        } catch (IllegalArgumentException e) {
            return Finding.warning(LEVEL, "cannot be told without an engine", "correct [tls] engine");
        }
        try {
            SessionSupport.require(config, engine);
        } catch (CommandException e) {
            return Finding.fault(LEVEL, String.valueOf(e.getMessage()), e.hint());
        }
        if (config.settlesForCertificates()) {
            return Finding.warning(
                    LEVEL,
                    "certificate, of all peers or of some: whoever has stolen the key of one passes for it",
                    "write level = \"session\" for those that speak it");
        }
        return config.demandsSession()
                ? Finding.ok(LEVEL, "session, by the exporter of " + engine.name())
                : Finding.ok(LEVEL, "no evidence of peers is demanded");
    }

    private Finding telemetry() {
        if (config.telemetry().listen().isEmpty()) {
            return Finding.ok(
                    TELEMETRY, "nothing listens; [telemetry] listen is what 'amesh node status' and 'node why' ask");
        }
        Address listen = config.telemetry().listen().get();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(listen.socket());
        } catch (IOException e) {
            return Finding.warning(
                    TELEMETRY,
                    "cannot listen on " + listen + " now: " + e.getMessage(),
                    "fine if this node is running; otherwise choose another address in [telemetry] listen");
        }
        return config.telemetry().isExposed()
                ? Finding.warning(
                        TELEMETRY,
                        listen + " is plain HTTP, and whoever reaches it reads names, releases and rejections",
                        "listen on 127.0.0.1, and let something that authenticates stand before it")
                : Finding.ok(TELEMETRY, listen + " is free");
    }

    /** The NSM has its own clock; one that differs makes every document look old, or from the future. */
    private Finding clockAgainstDocument() {
        Optional<Path> simulated = config.attestation().simulated();
        if (simulated.isEmpty()) {
            return Finding.ok("clock", clock.instant() + "; there is no document to compare it with");
        }
        if (!Files.isDirectory(simulated.get())) {
            return Finding.warning(
                    "clock",
                    "no document to compare it with: " + simulated.get() + " does not exist",
                    "the first start makes it");
        }
        try {
            Bytes encoded = SimulatedNitro.openOrCreate(simulated.get(), clock, new SecureRandom())
                    .launch(EnclaveSpec.of(EnclaveImage.of("doctor", Bytes.EMPTY)))
                    .attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
            Instant made = AttestationDocument.parse(encoded).timestamp();
            Duration apart = Duration.between(made, clock.instant()).abs();
            return apart.compareTo(NitroVerifier.DEFAULT_CLOCK_SKEW) <= 0
                    ? Finding.ok(
                            "clock",
                            "within " + NitroVerifier.DEFAULT_CLOCK_SKEW.toMinutes() + " min of the document's")
                    : Finding.fault(
                            "clock", apart.toSeconds() + " s apart from the document's", "synchronise the clock");
        } catch (IOException | AttesterException | MalformedEvidenceException e) {
            return Finding.fault("attestation", String.valueOf(e.getMessage()), "look at " + simulated.get());
        }
    }
}
