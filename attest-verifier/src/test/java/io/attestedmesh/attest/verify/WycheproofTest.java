package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Vectors;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider that may check signatures, on Wycheproof's ECDSA P-384 SHA-384. */
class WycheproofTest {
    private static final String FILE = "wycheproof/ecdsa_secp384r1_sha384_test.json";

    /**
     * Valid signatures with r + n below the field's prime, which no random k gives within the age of the world; SunEC
     * refuses them.
     */
    private static final List<String> REFUSED_BY_SUN_EC = List.of(
            "382 k*G has a large x-coordinate", "499 r = 2, x = n + 2 is the smallest possible x with a reduction");

    static List<CryptoProvider> providers() {
        return Stream.of(CryptoProvider.accp(), CryptoProvider.bouncyCastle(), Optional.of(CryptoProvider.platform()))
                .flatMap(Optional::stream)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void derSignatures_judgedAsWycheproofSays(CryptoProvider crypto) throws Exception {
        List<String> disagreements = new ArrayList<>();
        int valid = 0;
        for (JsonNode group : Vectors.json(FILE).get("testGroups")) {
            PublicKey key = crypto.publicKey(hex(group.get("publicKeyDer")).toByteArray());
            for (JsonNode test : group.get("tests")) {
                boolean expected = test.get("result").asText().equals("valid");
                if (accepts(crypto, key, test) != expected) {
                    disagreements.add(
                            test.get("tcId") + " " + test.get("comment").asText());
                }
                valid += expected ? 1 : 0;
            }
        }

        assertThat(disagreements).isSubsetOf(isSunEc(crypto) ? REFUSED_BY_SUN_EC : List.of());
        assertThat(valid).as("valid cases").isGreaterThan(100);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void sameSignaturesAsConcatenation_judgedAlike(CryptoProvider crypto) throws Exception {
        for (JsonNode group : Vectors.json(FILE).get("testGroups")) {
            PublicKey key = crypto.publicKey(hex(group.get("publicKeyDer")).toByteArray());
            for (JsonNode test : group.get("tests")) {
                String id = test.get("tcId") + " " + test.get("comment").asText();
                boolean known = isSunEc(crypto) && REFUSED_BY_SUN_EC.contains(id);
                if (test.get("result").asText().equals("valid") && !known) {
                    EcdsaSignature signature = EcdsaSignature.fromConcatenation(concatenation(hex(test.get("sig"))));

                    assertThat(crypto.isSignedBy(key, hex(test.get("msg")).toByteArray(), signature))
                            .as(id)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyProviderOfThisMachine_isTried() {
        assertThat(providers()).hasSizeGreaterThanOrEqualTo(2);
    }

    private static boolean isSunEc(CryptoProvider crypto) {
        return crypto.provider().getName().equals("SunEC");
    }

    private static boolean accepts(CryptoProvider crypto, PublicKey key, JsonNode test)
            throws GeneralSecurityException {
        try {
            EcdsaSignature signature =
                    EcdsaSignature.fromDer(hex(test.get("sig")).toByteArray());
            return crypto.isSignedBy(key, hex(test.get("msg")).toByteArray(), signature);
        } catch (DerException e) {
            return false;
        }
    }

    private static Bytes concatenation(Bytes der) throws DerException {
        DerReader parts = DerReader.of(der.toByteArray()).enter(DerReader.SEQUENCE);
        return Bytes.concat(padded(parts.integerOctets()), padded(parts.integerOctets()));
    }

    private static Bytes padded(byte[] integer) {
        byte[] value = new BigInteger(integer).toByteArray();
        byte[] padded = new byte[P384.SIZE];
        int size = Math.min(value.length, padded.length);
        System.arraycopy(value, value.length - size, padded, padded.length - size, size);
        return Bytes.of(padded);
    }

    private static Bytes hex(JsonNode node) {
        return Bytes.fromHex(node.asText());
    }
}
