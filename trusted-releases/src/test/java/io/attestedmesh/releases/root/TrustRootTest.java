package io.attestedmesh.releases.root;

import static io.attestedmesh.releases.root.Roots.ALICE;
import static io.attestedmesh.releases.root.Roots.BOB;
import static io.attestedmesh.releases.root.Roots.CAROL;
import static io.attestedmesh.releases.root.Roots.logKey;
import static io.attestedmesh.releases.root.Roots.utf8;
import static io.attestedmesh.releases.root.Roots.witnessKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.log.NoteKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustRootTest {
    private static final String ORIGIN = "acme.example/releases";

    private final NoteKey log = logKey(ORIGIN);
    private final NoteKey witness = witnessKey("witness.example/w");
    private final TrustRoot root = Roots.with(new LogTrust(ORIGIN, List.of(log), List.of(witness), 1));
    private final String good = text(root.encode());

    @Test
    void encodedRoot_isReadAsItWas() throws Exception {
        TrustRoot plain = Roots.root(3, 2, ALICE, BOB, CAROL);

        assertThat(TrustRoot.parse(root.encode())).isEqualTo(root);
        assertThat(TrustRoot.parse(plain.encode())).isEqualTo(plain);
    }

    @Test
    void encodedRoot_isForReview() {
        assertThat(good).isEqualTo("""
                        {
                          "list": "acme-kms",
                          "version": 1,
                          "issuedAt": "2026-11-20T10:00:00Z",
                          "expiresAt": "2027-11-20T10:00:00Z",
                          "threshold": 1,
                          "keys": [
                            {
                              "name": "alice",
                              "alg": "ES384",
                              "publicKey": "%s"
                            }
                          ],
                          "minimumListVersion": 1,
                          "log": {
                            "origin": "acme.example/releases",
                            "keys": [
                              "%s"
                            ],
                            "witnesses": [
                              "%s"
                            ],
                            "witnessThreshold": 1
                          }
                        }
                        """.formatted(base64(ALICE.key().encoded()), log.vkey(), witness.vkey()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'list': 'acme-kms',       |                            | trust root: member 'list' is missing",
                "'list': 'acme-kms'        | 'list': 'acme kms'         | trust root: list name is not 1 to 64 letters",
                "'version': 1              | 'version': 0               | trust root, version: not from 1 to",
                "'issuedAt': '2026         | 'issuedAt': '2028          | trust root: expiresAt is not after issuedAt",
                "'issuedAt': '2026         | 'issuedAt': '2027          | trust root: expiresAt is not after issuedAt",
                "'threshold': 1            | 'threshold': 0             | trust root, threshold: not from 1 to 64",
                "'threshold': 1            | 'threshold': 2             | trust root: a threshold of 2 of 1 keys",
                "'threshold': 1            | 'threshold': 65            | trust root, threshold: not from 1 to 64",
                "'minimumListVersion': 1,  |                            | trust root: member 'minimumListVersion' is missing",
                "'minimumListVersion': 1   | 'minimumListVersion': 0    | trust root, minimumListVersion: not from 1 to",
                "'minimumListVersion'      | 'minimum'                  | trust root: unknown member 'minimum'",
                "'ES384'                   | 'ES256'                    | trust root, keys[0]: no public key for ES256",
                "'ES384'                   | 'Ed25519'                  | trust root, keys[0]: no public key for Ed25519",
                "'ES384'                   | 'EdDSA'                    | trust root, keys[0].alg: not ES384, ES256 or Ed25519",
                "'ES384'                   | 'none'                     | trust root, keys[0].alg: not ES384, ES256 or Ed25519",
                "'publicKey': 'M           | 'publicKey': 'N            | trust root, keys[0]: no public key for ES384",
                "'publicKey': 'M           | 'publicKey': '-            | trust root, keys[0].publicKey: not base64",
                "'alice'                   | 'alice '                   | trust root, keys[0]: key name is not 1 to 64 letters",
                "'name'                    | 'holder'                   | trust root, keys[0]: unknown member 'holder'",
                "'origin': 'acme           | 'origin': 'other           | trust root, log: a log key that is not of type 1",
                "'witnessThreshold': 1     | 'witnessThreshold': 2      | trust root, log: a threshold of 2 of 1 witnesses",
                "'witnessThreshold': 1     | 'witnessThreshold': -1     | trust root, log.witnessThreshold: not from 0",
                "'witnesses'               | 'witness'                  | trust root, log: unknown member 'witness'",
                "acme.example/releases+    | acme.example/releases      | trust root, log.keys[0]: key acme.example/releases",
                "witness.example/w+        | w+                         | trust root, log.witnesses[0]: key w+",
            })
    void root_isMalformed(String part, String instead, String message) {
        String from = part.replace('\'', '"');
        assertThat(good).contains(from);
        String changed = good.replace(from, instead == null ? "" : instead.replace('\'', '"'));

        assertThatThrownBy(() -> TrustRoot.parse(utf8(changed)))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining(message.replace('\'', '"'));
    }

    @Test
    void oneKeyUnderTwoNames_isMalformed() {
        String two = text(Roots.root(1, 2, ALICE, BOB).encode());
        String changed = two.replace(
                        base64(BOB.key().encoded()), base64(ALICE.key().encoded()))
                .replace("ES256", "ES384");

        assertThatThrownBy(() -> TrustRoot.parse(utf8(changed)))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessage("trust root: bob and alice have the same key");
    }

    @Test
    void twoKeysUnderOneName_areMalformed() {
        String changed = text(Roots.root(1, 2, ALICE, BOB).encode()).replace("bob", "alice");

        assertThatThrownBy(() -> TrustRoot.parse(utf8(changed)))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessage("trust root: two keys are named alice");
    }

    @Test
    void rootOfMoreThan64KiB_isMalformed() {
        assertThatThrownBy(() -> TrustRoot.parse(utf8(good + " ".repeat(TrustRoot.MAX_BYTES))))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("more than 65536");
    }

    @Test
    void logWithoutKeys_isRefused() {
        assertRefused(List.of(), List.of(), 0, "not 1 to 16 log keys");
    }

    @Test
    void tooManyLogKeysOrWitnesses_areRefused() {
        assertRefused(Collections.nCopies(17, log), List.of(), 0, "not 1 to 16 log keys");
        assertRefused(List.of(log), Collections.nCopies(65, witness), 0, "at most 64 witnesses");
    }

    @Test
    void keysOfTheOtherType_areRefused() {
        assertRefused(List.of(log.forCosignatures()), List.of(), 0, "a log key that is not of type 1");
        assertRefused(List.of(log), List.of(logKey("w")), 0, "a witness key that is not of type 4");
    }

    @Test
    void logAsItsOwnWitness_isRefused() {
        assertRefused(List.of(log), List.of(log.forCosignatures()), 1, "one key twice");
    }

    @Test
    void oneWitnessTwice_isRefused() {
        NoteKey renamed = new NoteKey("other", NoteKey.Type.COSIGNATURE, witness.publicKey());

        assertRefused(List.of(log), List.of(witness, renamed), 2, "one key twice");
        assertRefused(List.of(log), List.of(witness, witnessKey(witness.name())), 2, "two witnesses of one name");
    }

    @Test
    void sixtyFourKeysAndWitnesses_fitIntoTheSize() throws Exception {
        List<NoteKey> logKeys =
                IntStream.range(0, 16).mapToObj(i -> logKey("o")).toList();
        List<NoteKey> witnesses =
                IntStream.range(0, 64).mapToObj(i -> witnessKey("witness" + i)).toList();
        TrustRoot large = Roots.with(new LogTrust("o", logKeys, witnesses, 64));

        assertThat(TrustRoot.parse(large.encode())).isEqualTo(large);
    }

    private static void assertRefused(List<NoteKey> keys, List<NoteKey> witnesses, int threshold, String message) {
        assertThatThrownBy(() -> new LogTrust(ORIGIN, keys, witnesses, threshold))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
}
