package io.attestedmesh.attest.ed25519;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that are no Corretto are passed over; none of them is ever asked for a verdict that counts. */
class CorrettoEngineTest {
    @Test
    void providerWithoutEd25519_passedOver() {
        assertThat(CorrettoEngine.of(new Named("Old"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                AcceptsAll.class,
                RefusesAll.class,
                TakesLargeS.class,
                HasCofactor.class,
                SignsWrongly.class,
                KeepsWhatItSigned.class,
                KeepsWhatItVerified.class,
                Throws.class,
                NoLibrary.class
            })
    void providerThatComputesWrongly_passedOver(Class<?> signature) {
        assertThat(CorrettoEngine.of(new Named(signature.getSimpleName()).with(signature)))
                .isEmpty();
    }

    @Test
    void providerThatComputesRightly_taken() {
        assertThat(CorrettoEngine.of(new Named("Right").with(Right.class)))
                .hasValueSatisfying(engine -> assertThat(engine.name()).isEqualTo("Right 1"));
    }

    /** Has what it is given. */
    private static final class Named extends Provider {
        private static final long serialVersionUID = 1L;

        Named(String name) {
            super(name, "1", "");
        }

        Named with(Class<?> signature) {
            put("Signature.Ed25519", signature.getName());
            return this;
        }
    }

    /** Ed25519 by Bouncy Castle, as a provider would have it. */
    public static class Right extends SignatureSpi {
        private byte[] key;
        private Bytes message = Bytes.EMPTY;

        @Override
        protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
            key = publicKey.getEncoded();
        }

        @Override
        protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
            key = privateKey.getEncoded();
        }

        @Override
        protected void engineUpdate(byte b) {
            message = Bytes.concat(message, Bytes.of(b));
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) {
            message = Bytes.concat(message, Bytes.of(bytes).slice(offset, offset + length));
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            byte[] signature = new byte[64];
            Ed25519.sign(key, key.length - 32, message.toByteArray(), 0, message.size(), signature, 0);
            afterSigning();
            return signature;
        }

        void afterSigning() {
            message = Bytes.EMPTY;
        }

        void afterVerifying() {
            message = Bytes.EMPTY;
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            return verifiesWithCofactor(signature) && Ed25519.validatePublicKeyFull(signature, 0);
        }

        final boolean verifiesWithCofactor(byte[] signature) {
            boolean verifies =
                    Ed25519.verify(signature, 0, key, key.length - 32, message.toByteArray(), 0, message.size());
            afterVerifying();
            return verifies;
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }

    public static final class AcceptsAll extends Right {
        @Override
        protected boolean engineVerify(byte[] signature) {
            return true;
        }
    }

    public static final class RefusesAll extends Right {
        @Override
        protected boolean engineVerify(byte[] signature) {
            return false;
        }
    }

    /** Reduces S by L before it checks. */
    public static final class TakesLargeS extends Right {
        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            Bytes bytes = Bytes.of(signature);
            BigInteger s = Curve.number(bytes.slice(32, 64)).mod(Curve.L);
            return super.engineVerify(
                    Bytes.concat(bytes.slice(0, 32), Curve.littleEndian(s)).toByteArray());
        }
    }

    public static final class HasCofactor extends Right {
        @Override
        protected boolean engineVerify(byte[] signature) {
            return verifiesWithCofactor(signature);
        }
    }

    public static final class SignsWrongly extends Right {
        @Override
        protected byte[] engineSign() {
            return new byte[64];
        }
    }

    /** Signs all that it was ever given. */
    public static final class KeepsWhatItSigned extends Right {
        @Override
        void afterSigning() {
            // kept
        }
    }

    /** And verifies it. */
    public static final class KeepsWhatItVerified extends Right {
        @Override
        void afterVerifying() {
            // kept
        }
    }

    public static final class Throws extends Right {
        @Override
        protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
            throw new InvalidKeyException("unknown key");
        }
    }

    public static final class NoLibrary extends Right {
        @Override
        protected byte[] engineSign() {
            throw new UnsatisfiedLinkError("no native library");
        }
    }
}
