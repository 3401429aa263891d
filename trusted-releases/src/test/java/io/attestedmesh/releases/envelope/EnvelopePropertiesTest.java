package io.attestedmesh.releases.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EnvelopePropertiesTest {
    @Property
    void encodedEnvelope_isReadAsItWas(@ForAll("envelopes") SignedEnvelope envelope) throws Exception {
        assertThat(SignedEnvelope.parse(envelope.encode())).isEqualTo(envelope);
    }

    @Property
    void shortenedEnvelope_isMalformed(@ForAll("envelopes") SignedEnvelope envelope, @ForAll int cut) {
        Bytes encoded = envelope.encode();
        // The line end and the brace before it are the last two bytes.
        Bytes shorter = encoded.slice(0, Math.floorMod(cut, encoded.size() - 1));

        assertThatThrownBy(() -> SignedEnvelope.parse(shorter)).isInstanceOf(MalformedReleasesException.class);
    }

    @Provide
    Arbitrary<SignedEnvelope> envelopes() {
        Arbitrary<Bytes> payloads =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Bytes::of);
        Arbitrary<List<EnvelopeSignature>> signatures = signatures().list().ofMaxSize(8);
        return Combinators.combine(payloads, signatures).as(SignedEnvelope::new);
    }

    private static Arbitrary<EnvelopeSignature> signatures() {
        Arbitrary<String> texts = Arbitraries.strings().alpha().numeric().ofMaxLength(40);
        Arbitrary<Bytes> headers = Combinators.combine(texts, texts, texts)
                .as((alg, kid, typ) -> "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid + "\",\"typ\":\"" + typ + "\"}")
                .map(json -> Bytes.of(json.getBytes(StandardCharsets.UTF_8)));
        Arbitrary<Bytes> values =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(512).map(Bytes::of);
        return Combinators.combine(headers, values).as(EnvelopePropertiesTest::signature);
    }

    private static EnvelopeSignature signature(Bytes header, Bytes value) {
        try {
            return EnvelopeSignature.of(header, value);
        } catch (MalformedReleasesException e) {
            throw new AssertionError(e);
        }
    }
}
