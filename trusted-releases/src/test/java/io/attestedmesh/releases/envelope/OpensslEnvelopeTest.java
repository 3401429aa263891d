package io.attestedmesh.releases.envelope;

import static io.attestedmesh.releases.envelope.DocumentType.RELEASE_LIST;
import static io.attestedmesh.releases.envelope.DocumentType.TRUST_ROOT;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.SignedRoot;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The format without any of our code: signatures by openssl and a shell are read here, ours by openssl. */
class OpensslEnvelopeTest {
    private static final String LIST = """
            {"name":"acme-kms","version":1,"issuedAt":"2026-11-20T10:00:00Z","expiresAt":"2026-12-20T10:00:00Z",
             "releases":[{"name":"kms-core","version":"1.4.2","status":"active","pcrs":{
              "0":"%1$s","1":"%1$s","2":"%1$s"}}]}
            """.formatted("5a".repeat(48));

    private static final String ROOT = """
            {"list":"acme-kms","version":1,"issuedAt":"2026-11-20T10:00:00Z","expiresAt":"2027-11-20T10:00:00Z",
             "threshold":1,"keys":[{"name":"dave","alg":"ES256","publicKey":"%s"}],"minimumListVersion":1}
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void requireOpensslAndShell() throws InterruptedException {
        assumeTrue(runs("openssl", "version"), "no openssl command");
        assumeTrue(runs("sh", "-c", "exit 0"), "no POSIX shell");
    }

    @BeforeEach
    void copyScript() throws IOException {
        try (InputStream script = OpensslEnvelopeTest.class.getResourceAsStream("sign-envelope.sh")) {
            Files.copy(script, folder.resolve("sign-envelope.sh"));
        }
    }

    @Test
    void listSignedByShell_verifies() throws Exception {
        shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out dave.key");
        shell("openssl pkey -in dave.key -pubout -outform DER -out dave.spki");
        NamedKey dave = new NamedKey("dave", ES256, ES256.publicKey(read("dave.spki")));
        Files.writeString(folder.resolve("list.json"), LIST);

        shell("sh sign-envelope.sh dave.key amesh-release-list+json <list.json >list.envelope.json");

        SignedEnvelope envelope = SignedEnvelope.parse(read("list.envelope.json"));
        assertThat(envelope.requireThreshold(RELEASE_LIST, new KeySet(List.of(dave), 1)))
                .containsExactly(dave);
        assertThat(envelope.payload()).isEqualTo(read("list.json"));
        assertThat(ReleaseList.parse(envelope.payload()).releases())
                .singleElement()
                .satisfies(release -> assertThat(release.title()).isEqualTo("kms-core 1.4.2"));
    }

    @Test
    void rootMadeAndSignedByShell_verifies() throws Exception {
        shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out dave.key");
        shell("printf '" + ROOT
                + "' \"$(openssl pkey -in dave.key -pubout -outform DER | openssl base64 -A)\" >root.json");

        shell("sh sign-envelope.sh dave.key amesh-trust-root+json <root.json >root.envelope.json");

        SignedRoot root = SignedRoot.of(SignedEnvelope.parse(read("root.envelope.json")));
        assertThat(root.root().keys().keys())
                .singleElement()
                .satisfies(key -> assertThat(key.name()).isEqualTo("dave"));
    }

    @ParameterizedTest
    @EnumSource
    void signatureMadeHere_isVerifiedByOpenssl(SigningAlgorithm algorithm) throws Exception {
        Signer signer = Signer.generate("alice", algorithm);
        SignedEnvelope envelope =
                signer.sign(TRUST_ROOT, SignedEnvelope.unsigned(Bytes.of(LIST.getBytes(StandardCharsets.UTF_8))));
        EnvelopeSignature signature = envelope.signatures().get(0);
        Files.writeString(folder.resolve("alice.pem"), pem(signer.key()));
        Files.write(folder.resolve("input"), SigningInput.of(envelope.payload()).under(signature.headerJson()));
        Files.write(folder.resolve("signature"), opensslForm(algorithm, signature.value()));

        String verdict = shell(
                switch (algorithm) {
                    case ES256 -> "openssl dgst -sha256 -verify alice.pem -signature signature input";
                    case ES384 -> "openssl dgst -sha384 -verify alice.pem -signature signature input";
                    case ED25519 ->
                        "openssl pkeyutl -verify -pubin -inkey alice.pem -rawin -in input" + " -sigfile signature";
                });

        assertThat(verdict).contains(algorithm == SigningAlgorithm.ED25519 ? "Verified Successfully" : "Verified OK");
    }

    private static byte[] opensslForm(SigningAlgorithm algorithm, Bytes value) {
        if (algorithm == SigningAlgorithm.ED25519) {
            return value.toByteArray();
        }
        Bytes r = integer(value.slice(0, value.size() / 2));
        Bytes s = integer(value.slice(value.size() / 2, value.size()));
        return Bytes.concat(Bytes.of((byte) 0x30, (byte) (r.size() + s.size())), r, s)
                .toByteArray();
    }

    private static Bytes integer(Bytes unsigned) {
        byte[] content = new BigInteger(1, unsigned.toByteArray()).toByteArray();
        return Bytes.concat(Bytes.of((byte) 2, (byte) content.length), Bytes.of(content));
    }

    private static String pem(NamedKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.encoded().toByteArray())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private Bytes read(String file) throws IOException {
        return Bytes.of(Files.readAllBytes(folder.resolve(file)));
    }

    private String shell(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
