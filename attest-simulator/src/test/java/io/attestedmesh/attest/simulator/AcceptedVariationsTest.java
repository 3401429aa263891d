package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.hostile.Cbor;
import io.attestedmesh.attest.simulator.hostile.DocumentRecipe;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.simulator.hostile.Rung;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What looks odd and occurs, or is at the edge of what is allowed: a verifier that is too strict refuses real peers. */
class AcceptedVariationsTest {
    private static final HostileCloud CLOUD = HostileCloud.at(Instant.parse("2026-11-20T08:00:00Z"));
    private static final Instant NOW = CLOUD.now();

    static Stream<Named<UnaryOperator<DocumentRecipe>>> variations() {
        return Stream.of(
                named("nothing changed", d -> d),
                named("tag 18", d -> d.envelope(e -> Cbor.tagged(18, e))),
                named("definite payload map", DocumentRecipe::definite),
                named(
                        "optionals left out",
                        d -> d.without("public_key").without("user_data").without("nonce")),
                named("a field of later days", d -> d.set("enclave_colour", Cbor.text("green"))),
                named("one PCR", d -> d.withoutPcrs().pcr(0, bytes(48))),
                named("sparse PCRs", d -> d.withoutPcr(5).withoutPcr(9)),
                named("PCR16", d -> d.pcr(16, bytes(48))),
                named("PCR31", d -> d.pcr(31, bytes(48))),
                named("PCR of 32 bytes", d -> d.pcr(0, bytes(32))),
                named("PCR of 64 bytes", d -> d.pcr(0, bytes(64))),
                named(
                        "indefinite PCR map",
                        d -> d.set("pcrs", Cbor.indefinite(Cbor.MAP, Cbor.unsigned(0), Cbor.bytes(bytes(48))))),
                named(
                        "indefinite bundle",
                        d -> d.set(
                                "cabundle",
                                Cbor.indefinite(
                                        Cbor.ARRAY,
                                        CLOUD.chain().bundle().stream()
                                                .map(Cbor::bytes)
                                                .toArray(Bytes[]::new)))),
                named("public key of 1 byte", d -> d.set("public_key", Cbor.bytes(bytes(1)))),
                named("public key of 1024 bytes", d -> d.set("public_key", Cbor.bytes(bytes(1024)))),
                named("user data of 0 bytes", d -> d.set("user_data", Cbor.bytes(Bytes.EMPTY))),
                named("user data of 1024 bytes", d -> d.set("user_data", Cbor.bytes(bytes(1024)))),
                named("nonce of 0 bytes", d -> d.set("nonce", Cbor.bytes(Bytes.EMPTY))),
                named("nonce of 1024 bytes", d -> d.set("nonce", Cbor.bytes(bytes(1024)))),
                named("module id in other letters", d -> d.set("module_id", Cbor.text("i-ä𝔵"))),
                named("timestamp of 1 ms", d -> d.set("timestamp", Cbor.unsigned(1))),
                named("timestamp at the skew", d -> d.timestamp(NOW.plus(NitroVerifier.DEFAULT_CLOCK_SKEW))));
    }

    @ParameterizedTest
    @MethodSource("variations")
    void verify_variation_isAccepted(UnaryOperator<DocumentRecipe> variation) throws Exception {
        Bytes document = variation.apply(CLOUD.document()).sign();

        assertThat(verify(document).document().digest()).isEqualTo("SHA384");
    }

    @Test
    void verify_serialOf20BytesWithTheHighBit_isAccepted() throws Exception {
        BigInteger serial = BigInteger.ONE.shiftLeft(159);
        Bytes document =
                CLOUD.document(CLOUD.chain(Rung.ZONAL, c -> c.serial(serial))).sign();

        assertThat(verify(document).chain().get(2).getSerialNumber()).isEqualTo(serial);
    }

    @Test
    void verify_unknownExtensionNotCritical_isAccepted() throws Exception {
        Bytes document = CLOUD.document(
                        CLOUD.chain(Rung.LEAF, c -> c.extension(Extension.auditIdentity, false, DERNull.INSTANCE)))
                .sign();

        assertThat(verify(document).chain()).hasSize(5);
    }

    @Test
    void verify_moreKeyUsagesThanNeeded_isAccepted() throws Exception {
        Bytes document = CLOUD.document(
                        CLOUD.chain(Rung.LEAF, c -> c.keyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation)))
                .sign();

        assertThat(verify(document).chain()).hasSize(5);
    }

    @Test
    void verify_pathLengthsLeftOut_isAccepted() throws Exception {
        Bytes document =
                CLOUD.document(CLOUD.chain(Rung.REGIONAL, c -> c.authority(-1))).sign();

        assertThat(verify(document).chain()).hasSize(5);
    }

    @Test
    void verify_leafOutlivesItsIssuer_isAcceptedUntilTheIssuersEnd() throws Exception {
        Instant end = NOW.plus(Duration.ofMinutes(1));
        Bytes document =
                CLOUD.document(CLOUD.chain(Rung.INSTANCE, c -> c.notAfter(end))).sign();

        assertThat(verify(document).expiresAt()).isEqualTo(end);
    }

    private static VerifiedEvidence verify(Bytes document) throws Exception {
        return new NitroVerifier(
                        List.of(CLOUD.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW)
                .verify(document, NOW);
    }

    private static Named<UnaryOperator<DocumentRecipe>> named(String name, UnaryOperator<DocumentRecipe> variation) {
        return Named.of(name, variation);
    }

    private static Bytes bytes(int size) {
        return Bytes.of(new byte[size]);
    }
}
