package io.attestedmesh.transport.pki;

import static io.attestedmesh.transport.pki.Fixtures.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write, OpenSSL reads, and the other way round. Needs the {@code openssl} program, 1.1.1 or newer. */
class OpensslTest {
    /** OpenSSL goes by the real time. */
    private final Instant now = Clock.systemUTC().instant();

    @TempDir
    Path folder;

    @BeforeAll
    static void openssl() {
        boolean there;
        try {
            there = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException | InterruptedException absent) {
            there = false;
        }
        assumeTrue(there, "no openssl program on the PATH");
    }

    private record Outcome(int status, String text) {}

    private Outcome openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), text);
    }

    private void succeeds(String... arguments) throws Exception {
        Outcome outcome = openssl(arguments);
        assertThat(outcome.status()).as(outcome.text()).isZero();
    }

    private void write(String name, byte[] content) throws IOException {
        AtomicFile.write(folder.resolve(name), content, AtomicFile.Access.OWNER);
    }

    private CertificateAuthority authority(KeyKind kind) throws PkiException {
        return CertificateAuthority.create(
                AuthorityProfile.named("Our CA", Validity.from(now, Duration.ofDays(365))),
                PrivateKeys.generate(kind, RANDOM),
                RANDOM);
    }

    private CertificateProfile profile(Usage usage) throws PkiException {
        return CertificateProfile.node(
                "node-a", Fixtures.names(), EnumSet.of(usage), Validity.from(now, Duration.ofDays(90)));
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void verify_ourChain_isAccepted(KeyKind kind) throws Exception {
        CertificateAuthority ca = authority(kind);
        write("ca.crt", Pem.encode(ca.certificate()));
        write("s.crt", Pem.encode(ca.issue(Fixtures.keys().getPublic(), profile(Usage.SERVER))));
        write("c.crt", Pem.encode(ca.issue(Fixtures.keys().getPublic(), profile(Usage.CLIENT))));
        succeeds(
                "verify",
                "-x509_strict",
                "-CAfile",
                "ca.crt",
                "-purpose",
                "sslserver",
                "-verify_hostname",
                "node-a.example.org",
                "s.crt");
        succeeds("verify", "-x509_strict", "-CAfile", "ca.crt", "-purpose", "sslclient", "-verify_ip", "::1", "c.crt");
        Outcome wrongUse = openssl("verify", "-x509_strict", "-CAfile", "ca.crt", "-purpose", "sslserver", "c.crt");
        assertThat(wrongUse.status()).isNotZero();
        Outcome wrongName = openssl("verify", "-CAfile", "ca.crt", "-verify_hostname", "node-b.example.org", "s.crt");
        assertThat(wrongName.text()).containsIgnoringCase("hostname mismatch");
    }

    @Test
    void verify_revokedByOurList_isRefused() throws Exception {
        CertificateAuthority ca = authority(KeyKind.P256);
        X509Certificate leaf = ca.issue(Fixtures.keys().getPublic(), profile(Usage.SERVER));
        Validity week = Validity.from(now, Duration.ofDays(7));
        Revocation revocation =
                new Revocation(leaf.getSerialNumber(), now.minusSeconds(1), Revocation.Cause.KEY_COMPROMISE);
        write("ca.crt", Pem.encode(ca.certificate()));
        write("s.crt", Pem.encode(leaf));
        write("empty.crl", Pem.encode(ca.revocationList(List.of(), BigInteger.ONE, week)));
        write("one.crl", Pem.encode(ca.revocationList(List.of(revocation), BigInteger.TWO, week)));
        succeeds("crl", "-in", "one.crl", "-CAfile", "ca.crt", "-noout");
        assertThat(openssl("crl", "-in", "one.crl", "-noout", "-text").text())
                .contains("Key Compromise")
                .contains("X509v3 CRL Number");
        succeeds("verify", "-crl_check", "-CRLfile", "empty.crl", "-CAfile", "ca.crt", "s.crt");
        Outcome refused = openssl("verify", "-crl_check", "-CRLfile", "one.crl", "-CAfile", "ca.crt", "s.crt");
        assertThat(refused.text()).contains("certificate revoked");
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void req_ourRequest_verifies(KeyKind kind) throws Exception {
        KeyPair keys = PrivateKeys.generate(kind, RANDOM);
        write("our.csr", Pem.encode(CertificateRequest.create(keys, "node-a", Fixtures.names(), Set.of(Usage.SERVER))));
        Outcome outcome = openssl("req", "-in", "our.csr", "-verify", "-noout", "-text");
        assertThat(outcome.status()).as(outcome.text()).isZero();
        assertThat(outcome.text()).contains("DNS:node-a.example.org").contains("IP Address:127.0.0.1");
    }

    @Test
    void pkey_ourEncryptedKey_opens() throws Exception {
        KeyPair keys = Fixtures.keys();
        write("our.key", PrivateKeys.encode(keys.getPrivate(), "sesame".toCharArray(), RANDOM));
        succeeds("pkey", "-in", "our.key", "-passin", "pass:sesame", "-out", "plain.key");
        assertThat(openssl("pkey", "-in", "our.key", "-passin", "pass:wrong").status())
                .isNotZero();
        assertThat(PrivateKeys.matches(
                        Pem.privateKey("plain.key", Files.readAllBytes(folder.resolve("plain.key")), null),
                        keys.getPublic()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-aes256", "-aes128"})
    void load_keyEncryptedByOpenssl_opens(String cipher) throws Exception {
        succeeds("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "plain.key");
        succeeds(
                "pkcs8",
                "-topk8",
                "-v2",
                cipher.substring(1),
                "-in",
                "plain.key",
                "-passout",
                "pass:sésame",
                "-out",
                "locked.key");
        PrivateKey plain = Pem.privateKey("p", Files.readAllBytes(folder.resolve("plain.key")), null);
        PrivateKey opened =
                Pem.privateKey("l", Files.readAllBytes(folder.resolve("locked.key")), "sésame".toCharArray());
        assertThat(opened.getEncoded()).isEqualTo(plain.getEncoded());
    }

    @Test
    void load_rsaChainMadeByOpensslAlone_isUsable() throws Exception {
        succeeds(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.crt",
                "-days",
                "30",
                "-subj",
                "/CN=Hand made",
                "-addext",
                "basicConstraints=critical,CA:TRUE",
                "-addext",
                "keyUsage=critical,keyCertSign,cRLSign");
        succeeds(
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "s.key",
                "-out",
                "s.csr",
                "-subj",
                "/CN=server",
                "-addext",
                "subjectAltName=DNS:server.example.org,IP:127.0.0.1");
        Files.writeString(
                folder.resolve("ext"),
                "subjectAltName=DNS:server.example.org,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
        succeeds(
                "x509",
                "-req",
                "-in",
                "s.csr",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-out",
                "s.crt",
                "-days",
                "7",
                "-extfile",
                "ext");
        X509Certificate ca = Pem.certificates(folder.resolve("ca.crt")).get(0);
        X509Certificate server = Pem.certificates(folder.resolve("s.crt")).get(0);
        server.verify(ca.getPublicKey());
        assertThat(PrivateKeys.matches(PrivateKeys.load(folder.resolve("s.key")), server.getPublicKey()))
                .isTrue();
        assertThat(AlternativeNames.of(server)).hasToString("DNS:server.example.org, IP:127.0.0.1");
        CertificateAuthority adopted = CertificateAuthority.of(ca, PrivateKeys.load(folder.resolve("ca.key")), RANDOM);
        CertificateRequest request = CertificateRequest.parse(folder.resolve("s.csr"));
        request.checkPossession();
        assertThat(request.names().orElseThrow()).hasToString("DNS:server.example.org, IP:127.0.0.1");
        write("again.crt", Pem.encode(adopted.sign(request, profile(Usage.SERVER))));
        succeeds("verify", "-CAfile", "ca.crt", "again.crt");
    }

    @Test
    void load_traditionalKeysOfOpenssl_areRead() throws Exception {
        succeeds("ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.key");
        assertThat(Files.readString(folder.resolve("sec1.key"))).contains("BEGIN EC PARAMETERS");
        PrivateKey key = PrivateKeys.load(tight("sec1.key"));
        assertThat(PrivateKeys.matches(key, PrivateKeys.publicKey(key))).isTrue();
        succeeds("genrsa", "-traditional", "-out", "pkcs1.key", "2048");
        PrivateKey rsa = PrivateKeys.load(tight("pkcs1.key"));
        assertThat(PrivateKeys.matches(rsa, PrivateKeys.publicKey(rsa))).isTrue();
        succeeds("genpkey", "-algorithm", "ED25519", "-out", "ed.key");
        PrivateKey ed = PrivateKeys.load(tight("ed.key"));
        assertThat(PrivateKeys.matches(ed, PrivateKeys.publicKey(ed))).isTrue();
    }

    private Path tight(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        return file;
    }
}
