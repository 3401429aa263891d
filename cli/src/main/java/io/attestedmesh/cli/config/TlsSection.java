package io.attestedmesh.cli.config;

import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code [tls]}: keys, certificates and the engine.
 *
 * @param engine name of a TLS engine, empty for the best one that works here
 * @param ca certificates that peers' chains end at
 * @param crls revocation lists in force
 * @param server what this node shows to its clients, mode manual
 * @param client what this node shows to servers, mode manual
 * @param issuer the party's CA with its key, which issues in the enclave, mode full-auto
 * @param partyCertificate the certificate that signed the enclave's image, mode semi-auto
 */
public record TlsSection(
        Optional<String> engine,
        Optional<Path> ca,
        List<Path> crls,
        Optional<KeyFiles> server,
        Optional<KeyFiles> client,
        Optional<KeyFiles> issuer,
        Optional<Path> partyCertificate) {
    /** A certificate (chain) and its private key, both PEM. */
    public record KeyFiles(Path certificate, Path key) {}

    static TlsSection read(Section section) throws CommandException {
        TlsSection tls = new TlsSection(
                section.text("engine"),
                section.path("ca"),
                section.paths("crls"),
                pair(section, "server"),
                pair(section, "client"),
                pair(section, "issuer"),
                section.path("party-certificate"));
        section.refuseUnknownKeys();
        return tls;
    }

    private static Optional<KeyFiles> pair(Section section, String role) throws CommandException {
        Optional<Path> certificate = section.path(role + "-certificate");
        Optional<Path> key = section.path(role + "-key");
        if (certificate.isPresent() != key.isPresent()) {
            String missing = role + (certificate.isPresent() ? "-key" : "-certificate");
            throw section.wrong(missing, "is missing", "a certificate and its key come together");
        }
        return certificate.isEmpty() ? Optional.empty() : Optional.of(new KeyFiles(certificate.get(), key.get()));
    }

    void refuseIncomplete(PeerMode mode) throws CommandException {
        switch (mode) {
            case MANUAL -> require(server.isPresent() || client.isPresent(), "server-certificate", "manual");
            case FULL_AUTO -> require(issuer.isPresent(), "issuer-certificate", "full-auto");
            case SEMI_AUTO -> require(partyCertificate.isPresent(), "party-certificate", "semi-auto");
        }
    }

    private static void require(boolean present, String key, String mode) throws CommandException {
        if (!present) {
            throw CommandException.usage(
                    "[tls] " + key + " is missing, and mode " + mode + " needs it",
                    "'amesh pki' makes certificates; docs/configuration.md says which mode needs which");
        }
    }
}
