package io.attestedmesh.cli.node;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.AttestationSection;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/**
 * What makes this node's evidence.
 *
 * @param attester the NSM of this machine, or a simulated one; empty in mode manual, which needs none
 * @param simulatedRoot the root of the software Nitro, where one is configured
 * @param image the simulated image, whose registers peers must know
 */
record NodeAttester(Optional<Attester> attester, Optional<TrustedRoot> simulatedRoot, Optional<EnclaveImage> image) {
    static NodeAttester of(MeshConfig config, Clock clock, NsmSource nsms)
            throws IOException, PkiException, CommandException {
        AttestationSection attestation = config.attestation();
        boolean attests = config.node().mode() != PeerMode.MANUAL;
        if (attestation.simulated().isEmpty()) {
            Optional<Attester> device = attests ? Optional.of(device(attestation.nsm(), nsms)) : Optional.empty();
            return new NodeAttester(device, Optional.empty(), Optional.empty());
        }
        SimulatedNitro cloud =
                SimulatedNitro.openOrCreate(attestation.simulated().get(), clock, new SecureRandom());
        EnclaveImage image = image(attestation.image(), config.tls().partyCertificate());
        EnclaveSpec spec = EnclaveSpec.of(image);
        if (attestation.instance().isPresent()) {
            spec = spec.withInstance(attestation.instance().get());
        }
        Optional<Attester> attester = attests ? Optional.of(cloud.launch(spec)) : Optional.empty();
        return new NodeAttester(attester, Optional.of(cloud.trustedRoot()), Optional.of(image));
    }

    private static Attester device(Path nsm, NsmSource nsms) throws CommandException {
        try {
            return nsms.at(nsm);
        } catch (IOException e) {
            throw CommandException.failed(
                    "this machine cannot make evidence: " + e.getMessage(),
                    "outside an enclave, [attestation] simulated = \"insecure-cloud\" is a software Nitro",
                    e);
        }
    }

    /** Two nodes with one image name run, as far as the simulation goes, the same code. */
    static EnclaveImage image(String name, Optional<Path> signer) throws IOException, PkiException {
        EnclaveImage image = EnclaveImage.of(name, Bytes.of(name.getBytes(StandardCharsets.UTF_8)));
        return signer.isEmpty()
                ? image
                : image.signedBy(Pem.certificates(signer.get()).get(0));
    }
}
