package io.attestedmesh.cli.node;

import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.NamePolicy;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.attest.tls.Pin;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.PeerSection;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sections {@code [[peers]]} as a roster; without any, every node under {@code [tls] ca}. */
final class NodeRoster {
    private NodeRoster() {}

    static Roster of(MeshConfig config) throws CommandException, IOException, PkiException, CertificateException {
        Optional<TrustAnchors> shared = anchors(config.tls().ca());
        PeerMode mode = config.node().mode();
        EvidenceProfile profile = config.attestation().profile();
        try {
            if (config.peers().isEmpty()) {
                return Roster.anyUnder(
                        shared.orElseThrow(NodeRoster::nothingTrusted), mode, profile, config.levelOfAnyNode());
            }
            List<RosterEntry> entries = new ArrayList<>();
            for (PeerSection peer : config.peers()) {
                entries.add(entry(peer, config, shared));
            }
            return Roster.of(entries);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(
                    "[[peers]]: " + e.getMessage(), "docs/configuration.md says what each mode needs", e);
        }
    }

    private static RosterEntry entry(PeerSection peer, MeshConfig config, Optional<TrustAnchors> shared)
            throws CommandException, IOException, PkiException, CertificateException {
        boolean pinned = peer.namePolicy() == NamePolicy.PINNED;
        Optional<TrustAnchors> own = anchors(peer.ca());
        Optional<TrustAnchors> trusted = own.isPresent() || pinned ? own : shared;
        if (trusted.isEmpty() && !pinned) {
            throw nothingTrusted();
        }
        Optional<Pin> pin = pinned
                ? Optional.of(Pin.certificate(
                        Pem.certificates(peer.certificate().orElseThrow()).get(0)))
                : Optional.empty();
        return new RosterEntry(
                new PeerIdentity(peer.name()),
                peer.namePolicy(),
                peer.mode(config.node().mode()),
                config.attestation().profile(),
                trusted,
                pin,
                peer.pcrs(),
                peer.moduleId(),
                config.level(peer));
    }

    private static Optional<TrustAnchors> anchors(Optional<Path> file)
            throws IOException, PkiException, CertificateException {
        return file.isEmpty() ? Optional.empty() : Optional.of(TrustAnchors.of(Pem.certificates(file.get())));
    }

    private static CommandException nothingTrusted() {
        return CommandException.usage(
                "no CA is trusted, so every peer would be refused",
                "set [tls] ca = \"ca.crt\", or ca in each [[peers]]");
    }
}
