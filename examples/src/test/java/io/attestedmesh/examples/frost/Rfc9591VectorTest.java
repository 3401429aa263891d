package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.shamir.Polynomial;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9591 appendix E.1, FROST(Ed25519, SHA-512): two of three, signers 1 and 3. Every value that it lists. */
class Rfc9591VectorTest {
    private static final Scalar GROUP_SECRET =
            scalar("7b1c33d3f5291d85de664833beb1ad469f7fb6025a0ec78b3a790c6e13a98304");
    private static final Scalar COEFFICIENT =
            scalar("178199860edd8c62f5212ee91eff1295d0d670ab4ed4506866bae57e7030b204");
    private static final String GROUP_PUBLIC = "15d21ccd7ee42959562fc8aa63224c8851fb3ec85a3faf66040d380fb9738673";
    private static final Bytes MESSAGE = Bytes.fromHex("74657374");
    private static final String SIGNATURE = "36282629c383bb820a88b71cae937d41f2f2adfcc3d02e55507e2fb9e2dd3cbe"
            + "bd9d2b0844e49ae0f3fa935161e1419aab7b47d21a37ebeae1f17d4987b3160b";
    private static final String INPUT_PREFIX = GROUP_PUBLIC
            + "504df914fa965023fb75c25ded4bb260f417de6d32e5c442c6ba313791cc9a49"
            + "48d6273e8d3511f93348ea7a708a9b862bc73ba2a79cfdfe07729a193751cbc9"
            + "73af46d8ac3440e518d4ce440a0e7d4ad5f62ca8940f32de6d8dc00fc12c660b"
            + "817d587d82f856d277ce6473cae6d2f5763f7da2e8b4d799a3f3e725d4522ec7";

    private static final Participant FIRST = new Participant(
            1,
            "0fd2e39e111cdc266f6c0f4d0fd45c947761f1f5d3cb583dfcb9bbaf8d4c9fec",
            "69cd85f631d5f7f2721ed5e40519b1366f340a87c2f6856363dbdcda348a7501",
            "812d6104142944d5a55924de6d49940956206909f2acaeedecda2b726e630407",
            "b1110165fc2334149750b28dd813a39244f315cff14d4e89e6142f262ed83301",
            "b5aa8ab305882a6fc69cbee9327e5a45e54c08af61ae77cb8207be3d2ce13de3",
            "67e98ab55aa310c3120418e5050c9cf76cf387cb20ac9e4b6fdb6f82a469f932",
            "f2cb9d7dd9beff688da6fcc83fa89046b3479417f47f55600b106760eb3b5603",
            "001719ab5a53ee1a12095cd088fd149702c0720ce5fd2f29dbecf24b7281b603");
    private static final Participant THIRD = new Participant(
            3,
            "86d64a260059e495d0fb4fcc17ea3da7452391baa494d4b00321098ed2a0062f",
            "13e6b25afb2eba51716a9a7d44130c0dbae0004a9ef8d7b5550c8a0e07c61775",
            "c256de65476204095ebdc01bd11dc10e57b36bc96284595b8215222374f99c0e",
            "243d71944d929063bc51205714ae3c2218bd3451d0214dfb5aeec2a90c35180d",
            "cfbdb165bd8aad6eb79deb8d287bcc0ab6658ae57fdcc98ed12c0669e90aec91",
            "7487bc41a6e712eea2f2af24681b58b1cf1da278ea11fe4e8b78398965f13552",
            "b087686bf35a13f3dc78e780a34b0fe8a77fef1b9938c563f5573d71d8d7890f",
            "bd86125de990acc5e1f13781d8e32c03a9bbd4c53539bbc106058bfd14326007");

    private final SortedMap<Integer, KeyShare> keys =
            TrustedDealer.deal(Polynomial.of(List.of(GROUP_SECRET, COEFFICIENT)), 3);
    private final SigningPackage agreed = new SigningPackage(
            keys.get(1).groupPublicKey(),
            MESSAGE,
            Map.of(1, FIRST.nonces().commitment(), 3, THIRD.nonces().commitment()));

    private record Participant(
            int id,
            String hidingRandomness,
            String bindingRandomness,
            String hidingNonce,
            String bindingNonce,
            String hidingCommitment,
            String bindingCommitment,
            String bindingFactor,
            String signatureShare) {
        SigningNonces nonces() {
            return SigningNonces.of(scalar(hidingNonce), scalar(bindingNonce));
        }
    }

    static Stream<Participant> participants() {
        return Stream.of(FIRST, THIRD);
    }

    @Test
    void shares() {
        assertThat(keys.get(1).publicKey().hex()).isEqualTo(GROUP_PUBLIC);
        assertThat(keys.values())
                .extracting(key -> key.secret().encode().hex())
                .containsExactly(
                        "929dcc590407aae7d388761cddb0c0db6f5627aea8e217f4a033f2ec83d93509",
                        "a91e66e012e4364ac9aaa405fcafd370402d9859f7b6685c07eed76bf409e80d",
                        "d3cb090a075eb154e82fdb4b3cb507f110040905468bb9c46da8bdea643a9a02");
    }

    @ParameterizedTest
    @MethodSource("participants")
    void nonces(Participant participant) {
        Scalar secret = keys.get(participant.id()).secret();

        Scalar hiding = SigningNonces.nonce(Bytes.fromHex(participant.hidingRandomness()), secret);
        Scalar binding = SigningNonces.nonce(Bytes.fromHex(participant.bindingRandomness()), secret);

        assertThat(hiding.encode().hex()).isEqualTo(participant.hidingNonce());
        assertThat(binding.encode().hex()).isEqualTo(participant.bindingNonce());
    }

    @ParameterizedTest
    @MethodSource("participants")
    void commitments(Participant participant) {
        NonceCommitment commitment = participant.nonces().commitment();

        assertThat(commitment.hiding().encode().hex()).isEqualTo(participant.hidingCommitment());
        assertThat(commitment.binding().encode().hex()).isEqualTo(participant.bindingCommitment());
    }

    @ParameterizedTest
    @MethodSource("participants")
    void bindingFactors(Participant participant) {
        String input = INPUT_PREFIX + "0" + participant.id() + "00".repeat(31);

        assertThat(agreed.bindingFactorInput(participant.id()).hex()).isEqualTo(input);
        assertThat(agreed.bindingFactor(participant.id()).encode().hex()).isEqualTo(participant.bindingFactor());
    }

    @ParameterizedTest
    @MethodSource("participants")
    void signatureShares(Participant participant) {
        KeyShare key = keys.get(participant.id());

        Scalar share = agreed.sign(participant.id(), key.secret(), participant.nonces());

        assertThat(share.encode().hex()).isEqualTo(participant.signatureShare());
        assertThat(agreed.fits(participant.id(), share, key.verificationShares().get(participant.id())))
                .isTrue();
        assertThat(agreed.fits(participant.id(), share, key.verificationShares().get(2)))
                .isFalse();
    }

    @Test
    void signature() throws Exception {
        Bytes signature = agreed.aggregate(List.of(scalar(FIRST.signatureShare()), scalar(THIRD.signatureShare())));

        assertThat(signature.hex()).isEqualTo(SIGNATURE);
        assertThat(JcaEd25519.verifies(keys.get(1).publicKey(), MESSAGE, signature))
                .isTrue();
    }

    private static Scalar scalar(String hex) {
        return Scalar.reduce(Bytes.fromHex(hex));
    }
}
