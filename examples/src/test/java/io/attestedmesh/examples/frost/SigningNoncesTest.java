package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SigningNoncesTest {
    private static final Scalar SECRET = Scalar.of(5);

    private final SigningNonces nonces = SigningNonces.generate(SECRET, new SecureRandom());

    @Test
    void take_again_throws() {
        nonces.take();

        assertThatIllegalStateException().isThrownBy(nonces::take).withMessage("these nonces have been used");
    }

    @Test
    void sign_withUsedNonces_throws() {
        SigningPackage agreed = agreedOn("first");
        SigningPackage other = agreedOn("second");
        agreed.sign(1, SECRET, nonces);

        assertThatIllegalStateException().isThrownBy(() -> other.sign(1, SECRET, nonces));
        assertThatIllegalStateException().isThrownBy(() -> agreed.sign(1, SECRET, nonces));
    }

    @Test
    void sign_withNoncesOfAnotherCommitment_throwsAndKeepsThem() {
        SigningPackage agreed = agreedOn("first");
        SigningNonces others = SigningNonces.generate(SECRET, new SecureRandom());

        assertThatIllegalArgumentException().isThrownBy(() -> agreed.sign(1, SECRET, others));
        assertThat(others.take()).isNotNull();
    }

    @Test
    void generate_twice_differs() {
        SigningNonces second = SigningNonces.generate(SECRET, new SecureRandom());

        assertThat(second.commitment()).isNotEqualTo(nonces.commitment());
        assertThat(nonces.commitment().hiding())
                .isNotEqualTo(nonces.commitment().binding());
    }

    /** RFC 9591 section 4.1: the secret is hashed in, so equal randomness alone repeats nothing. */
    @Test
    void nonce_ofTwoSecretsAndOneRandomness_differs() {
        Bytes randomness = Bytes.of(new byte[32]);

        assertThat(SigningNonces.nonce(randomness, SECRET))
                .isNotEqualTo(SigningNonces.nonce(randomness, Scalar.of(6)))
                .isEqualTo(SigningNonces.nonce(randomness, SECRET));
    }

    @Test
    void toString_showsNoNonce() {
        assertThat(nonces.take()).hasToString("Pair[hiding=scalar, binding=scalar]");
    }

    private SigningPackage agreedOn(String message) {
        Bytes bytes = Bytes.of(message.getBytes(StandardCharsets.US_ASCII));
        return new SigningPackage(Point.ofSecret(SECRET), bytes, Map.of(1, nonces.commitment()));
    }
}
