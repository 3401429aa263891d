package io.attestedmesh.attest.ed25519;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.ed25519.Curve.Point;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class Ed25519PropertiesTest {
    private static final List<Point> SMALL = Curve.smallOrder();
    private static final List<Engine> ENGINES = EnginesTest.engines();

    @Property
    void signature_ofAnyEngine_verifiesWithEach(@ForAll @Size(32) byte[] seed, @ForAll @Size(max = 300) byte[] message)
            throws Exception {
        Bytes first = key(seed, ENGINES.get(0)).sign(Bytes.of(message));
        for (Engine engine : ENGINES) {
            assertThat(key(seed, engine).sign(Bytes.of(message))).isEqualTo(first);
            assertThat(key(seed, engine).publicKey().verify(Bytes.of(message), first))
                    .isTrue();
        }
    }

    @Property
    void flippedBitOfTheSignature_refusedByEach(
            @ForAll @Size(32) byte[] seed,
            @ForAll @Size(max = 100) byte[] message,
            @ForAll @IntRange(max = 511) int bit)
            throws Exception {
        for (Engine engine : ENGINES) {
            Ed25519PrivateKey key = key(seed, engine);
            Bytes flipped = flip(key.sign(Bytes.of(message)), bit);

            assertThat(key.publicKey().verify(Bytes.of(message), flipped)).isFalse();
        }
    }

    @Property
    void flippedBitOfTheMessage_refusedByEach(
            @ForAll @Size(32) byte[] seed,
            @ForAll @Size(min = 1, max = 100) byte[] message,
            @ForAll @IntRange(max = 799) int bit)
            throws Exception {
        for (Engine engine : ENGINES) {
            Ed25519PrivateKey key = key(seed, engine);
            Bytes flipped = flip(Bytes.of(message), bit % (8 * message.length));

            assertThat(key.publicKey().verify(flipped, key.sign(Bytes.of(message))))
                    .isFalse();
        }
    }

    @Property
    void flippedBitOfTheKey_refusedByEach(
            @ForAll @Size(32) byte[] seed,
            @ForAll @Size(max = 100) byte[] message,
            @ForAll @IntRange(max = 255) int bit)
            throws Exception {
        for (Engine engine : ENGINES) {
            Ed25519PrivateKey key = key(seed, engine);

            assertThat(accepts(
                            engine, flip(key.publicKey().raw(), bit), Bytes.of(message), key.sign(Bytes.of(message))))
                    .isFalse();
        }
    }

    /** Multiples of L on S, points of small order on R, and a bit: whatever comes of it, each engine is with the RFC. */
    @Property(tries = 100)
    void forgedSignature_judgedByEachAsByTheBook(
            @ForAll
                    @BigRange(
                            min = "0",
                            max = "7237005577332262213973186563042994240857116359379907606001950938285454250988")
                    BigInteger r,
            @ForAll @IntRange(max = 7) int smallPart,
            @ForAll @IntRange(max = 2) int timesL,
            @ForAll byte message)
            throws Exception {
        Bytes signed = EdgeCases.SIGNER.sign(r, SMALL.get(smallPart), Bytes.of(message));
        BigInteger s = Curve.number(signed.slice(32, 64)).add(Curve.L.multiply(BigInteger.valueOf(timesL)));
        Bytes signature = Bytes.concat(signed.slice(0, 32), Curve.littleEndian(s));
        boolean expected = EdgeCases.SIGNER.verifies(Bytes.of(message), signature);

        assertThat(expected).isEqualTo(smallPart == 0 && timesL == 0 && r.signum() != 0);
        for (Engine engine : ENGINES) {
            assertThat(accepts(engine, EdgeCases.SIGNER.key(), Bytes.of(message), signature))
                    .as(engine.name())
                    .isEqualTo(expected);
        }
    }

    /** Nothing of this size is a signature, and nothing throws. */
    @Property
    void anyBytes_refusedByEach(@ForAll @Size(max = 130) byte[] signature) throws Exception {
        for (Engine engine : ENGINES) {
            assertThat(accepts(engine, EdgeCases.SIGNER.key(), Bytes.EMPTY, Bytes.of(signature)))
                    .isFalse();
        }
    }

    private static Ed25519PrivateKey key(byte[] seed, Engine engine) throws InvalidKeyException {
        return Ed25519PrivateKey.of(Bytes.of(seed), engine);
    }

    private static boolean accepts(Engine engine, Bytes key, Bytes message, Bytes signature) {
        try {
            return Ed25519PublicKey.of(key, engine).verify(message, signature);
        } catch (InvalidKeyException e) {
            return false;
        }
    }

    private static Bytes flip(Bytes bytes, int bit) {
        byte[] flipped = bytes.toByteArray();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        return Bytes.of(flipped);
    }
}
