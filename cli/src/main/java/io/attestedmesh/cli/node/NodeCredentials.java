package io.attestedmesh.cli.node;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.TlsSection.KeyFiles;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.transport.identity.AttestedCredentials;
import io.attestedmesh.transport.identity.CertificateMint;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.FileCredentials;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.identity.Upkeep;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this node shows to others.
 *
 * @param server to its clients
 * @param client to servers; may be the same
 */
record NodeCredentials(CredentialSource server, CredentialSource client) implements StatusPart, AutoCloseable {
    static NodeCredentials of(MeshConfig config, NodeAttester attester, NitroVerifier verifier, Upkeep upkeep)
            throws Exception {
        SecureRandom random = new SecureRandom();
        Issuance issuance;
        switch (config.node().mode()) {
            case MANUAL -> {
                return fromFiles(config, upkeep);
            }
            case FULL_AUTO -> issuance = fullAuto(config, random);
            case SEMI_AUTO ->
                issuance = Issuance.semiAuto(
                        Pem.certificates(config.tls().partyCertificate().orElseThrow())
                                .get(0),
                        random);
            default -> throw new IllegalStateException(config.node().modeName());
        }
        CertificateMint mint = new CertificateMint(
                issuance,
                config.attestation().profile(),
                Bytes.EMPTY,
                attester.attester().orElseThrow(),
                verifier,
                upkeep.clock(),
                random);
        AttestedCredentials credentials = AttestedCredentials.start(mint, upkeep, random);
        return new NodeCredentials(credentials, credentials);
    }

    private static NodeCredentials fromFiles(MeshConfig config, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        KeyFiles server = config.tls().server().or(config.tls()::client).orElseThrow();
        KeyFiles client = config.tls().client().orElse(server);
        CredentialSource first = FileCredentials.watch(server.certificate(), server.key(), upkeep);
        return new NodeCredentials(
                first,
                client.equals(server) ? first : FileCredentials.watch(client.certificate(), client.key(), upkeep));
    }

    private static Issuance fullAuto(MeshConfig config, SecureRandom random) throws IOException, PkiException {
        KeyFiles issuer = config.tls().issuer().orElseThrow();
        CertificateAuthority authority = CertificateAuthority.of(
                Pem.certificates(issuer.certificate()).get(0), PrivateKeys.load(issuer.key()), random);
        String name = config.node().name().name();
        boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
        AlternativeNames names =
                address ? AlternativeNames.of(List.of(), List.of(name)) : AlternativeNames.of(List.of(name), List.of());
        return Issuance.fullAuto(authority, name.length() > 64 ? name.substring(0, 64) : name, names);
    }

    @Override
    public String name() {
        return "certificates";
    }

    @Override
    public Map<String, ?> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("server", shown(server.current()));
        status.put("client", shown(client.current()));
        return status;
    }

    private static Map<String, Object> shown(Credential credential) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", credential.correlationId());
        shown.put("ends", credential.notAfter());
        return shown;
    }

    @Override
    public List<String> failing() {
        List<String> failing = new ArrayList<>();
        if (!server.healthy()) {
            failing.add(failing("clients see", server));
        }
        if (!client.equals(server) && !client.healthy()) {
            failing.add(failing("servers see", client));
        }
        return failing;
    }

    private static String failing(String whoSees, CredentialSource source) {
        return "the certificate that " + whoSees + " ends at "
                + source.current().notAfter()
                + ": it has expired, or could not be made new three times in a row; the log says why";
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
