package io.attestedmesh.enclave.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SealedEnvelopePropertiesTest {
    @Provide
    Arbitrary<SealedEnvelope> envelopes() {
        Arbitrary<String> names = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("._-09")
                .ofMaxLength(127)
                .map(rest -> "A" + rest);
        Arbitrary<Long> versions = Arbitraries.longs().between(1, Long.MAX_VALUE);
        Arbitrary<Bytes> dataKeys = bytes(1, AttestedKms.MAX_CIPHERTEXT);
        return Combinators.combine(names, versions, dataKeys, bytes(12, 12), bytes(16, 500))
                .as((name, version, dataKey, nonce, ciphertext) ->
                        new SealedEnvelope(new NamedVersion(name, version), KmsServer.KEY, dataKey, nonce, ciphertext));
    }

    private static Arbitrary<Bytes> bytes(int least, int most) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(least)
                .ofMaxSize(most)
                .map(Bytes::of);
    }

    @Property(tries = 100)
    void parse_ofWhatWasEncoded_isTheSame(@ForAll("envelopes") SealedEnvelope envelope) throws SecretsException {
        Bytes encoded = envelope.encode();

        assertThat(SealedEnvelope.parse(encoded)).isEqualTo(envelope);
        assertThat(encoded.startsWith(envelope.header())).isTrue();
        assertThat(encoded.size())
                .isEqualTo(envelope.header().size() + envelope.ciphertext().size());
    }
}
