package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.shamir.Polynomial;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyShareTest {
    private static final Scalar SECRET = Scalar.of(1234567);

    private final KeyShare key = TrustedDealer.deal(Polynomial.of(List.of(SECRET, Scalar.of(7654321))), 3)
            .get(2);

    @Test
    void toString_showsPublicThingsOnly() {
        assertThat(key)
                .hasToString("share of party 2 in the key " + key.publicKey().hex() + ", 2 of 3");
    }

    @Test
    void verificationShares_cannotBeChanged() {
        Map<Integer, Point> shares = key.verificationShares();

        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> shares.put(1, Point.BASE));
    }

    @Test
    void new_ofAnotherSecret_throws() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyShare(1, 2, Point.BASE, Map.of(1, Point.ofSecret(SECRET)), Scalar.of(1234568)))
                .withMessage("the share of party 1 is not that of its verification share");
    }
}
