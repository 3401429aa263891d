package io.attestedmesh.releases.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.json.Encodings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each refusal names the place and what is wrong there. */
class MalformedEnvelopeTest {
    private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"t\"}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[]                                         | envelope: not an object",
                "{}                                         | envelope: member \"payload\" is missing",
                "{'payload':'YQ'}                           | envelope: member \"signatures\" is missing",
                "{'payload':'YQ','signatures':{}}           | envelope, signatures: not an array",
                "{'payload':'YQ','signature':'','protected':''} | envelope: unknown member \"signature\"",
                "{'payload':'YQ','signatures':[],'header':{}}   | envelope: unknown member \"header\"",
                "{'payload':7,'signatures':[]}              | envelope, payload: not a string",
                "{'payload':'YQ==','signatures':[]}         | envelope, payload: not canonical base64url",
                "{'payload':'YR','signatures':[]}           | envelope, payload: not canonical base64url",
                "{'payload':'Y','signatures':[]}            | envelope, payload: not base64url",
                "{'payload':'+/+/','signatures':[]}         | envelope, payload: not base64url",
                "{'payload':'Y Q','signatures':[]}          | envelope, payload: not base64url",
                "{'payload':'YQ','signatures':['x']}        | envelope, signatures[0]: not an object",
                "{'payload':'YQ','signatures':[{}]}         | envelope, signatures[0]: member \"protected\" is missing",
                "{'payload':'YQ','signatures':[{'protected':'HEADER'}]}"
                        + " | envelope, signatures[0]: member \"signature\" is missing",
                "{'payload':'YQ','signatures':[{'header':{},'protected':'HEADER','signature':'YQ'}]}"
                        + " | envelope, signatures[0]: unknown member \"header\"",
                "{'payload':'YQ','signatures':[{'protected':'HEADER','signature':'YR'}]}"
                        + " | envelope, signatures[0].signature: not canonical base64url",
                "{'payload':'YQ','payload':'YQ','signatures':[]}   | Duplicate",
                "{'payload':'YQ','signatures':[]}{}         | behind the end",
                "{'payload':'YQ','signatures':[]            | no strict JSON",
            })
    void envelope_isMalformed(String json, String message) {
        assertMalformed(json.replace('\'', '"').replace("HEADER", base64url(HEADER)), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'alg':'ES256','kid':'k'}                         | member \"typ\" is missing",
                "{'alg':'ES256','typ':'t'}                         | member \"kid\" is missing",
                "{'kid':'k','typ':'t'}                             | member \"alg\" is missing",
                "{'alg':'ES256','kid':'k','typ':'t','crit':['x']}  | unknown member \"crit\"",
                "{'alg':'ES256','kid':'k','typ':'t','crit':[]}     | unknown member \"crit\"",
                "{'alg':'ES256','kid':'k','typ':'t','b64':false}   | unknown member \"b64\"",
                "{'alg':'ES256','kid':'k','typ':'t','jwk':{}}      | unknown member \"jwk\"",
                "{'alg':'ES256','kid':'k','typ':'t','x5c':[]}      | unknown member \"x5c\"",
                "{'alg':'ES256','alg':'none','kid':'k','typ':'t'}  | Duplicate",
                "{'alg':['ES256'],'kid':'k','typ':'t'}             | alg: not a string",
                "{'alg':'ES256','kid':null,'typ':'t'}              | kid: not a string",
                "{'alg':'ES256','kid':'k','typ':'t'} x             | no strict JSON",
            })
    void protectedHeader_isMalformed(String header, String message) {
        String json = "{\"payload\":\"YQ\",\"signatures\":[{\"protected\":\"" + base64url(header.replace('\'', '"'))
                + "\",\"signature\":\"YQ\"}]}";

        assertMalformed(json, message);
    }

    @Test
    void signatures_moreThan64_areMalformed() {
        String signature = "{\"protected\":\"" + base64url(HEADER) + "\",\"signature\":\"YQ\"}";

        assertMalformed(
                "{\"payload\":\"YQ\",\"signatures\":[" + (signature + ",").repeat(64) + signature + "]}",
                "more than 64 elements");
    }

    @Test
    void signature_ofMoreThan8KiB_isMalformed() {
        assertMalformed(
                "{\"payload\":\"YQ\",\"signatures\":[{\"signature\":\"" + "A".repeat(10_925) + "\"}]}",
                "signatures[0].signature: more than 10924 characters");
    }

    @Test
    void document_ofMoreThan24MiB_isMalformedUnread() {
        assertThatThrownBy(() -> SignedEnvelope.parse(Bytes.of(new byte[SignedEnvelope.MAX_BYTES + 1])))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessage("envelope: 25165825 bytes, more than 25165824");
    }

    private static void assertMalformed(String json, String message) {
        assertThatThrownBy(() -> SignedEnvelope.parse(Bytes.of(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining(message);
    }

    private static String base64url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"512,true", "513,false"})
    void header_upTo512Bytes_isRead(int size, boolean read) {
        String json = "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"t\"";
        Bytes header = Publisher.utf8(json + " ".repeat(size - 1 - json.length()) + "}");
        Bytes document = Publisher.utf8("{\"payload\":\"e30\",\"signatures\":[{\"protected\":\""
                + Encodings.base64url(header) + "\",\"signature\":\"AAAA\"}]}");
        if (read) {
            assertThatNoException().isThrownBy(() -> SignedEnvelope.parse(document));
        } else {
            assertThatExceptionOfType(MalformedReleasesException.class)
                    .isThrownBy(() -> SignedEnvelope.parse(document))
                    .withMessageContaining("protected");
        }
    }

    /** Signatures of algorithms that come may travel along. */
    @Test
    void signatureOfUnknownKind_upTo8KiB_isPassedOver() throws Exception {
        Publisher publisher = Publisher.withoutLog();
        SignedEnvelope good = publisher.sign(publisher.list(1));
        Bytes header = Publisher.utf8(
                "{\"alg\":\"ML-DSA-87\",\"kid\":\"" + "k".repeat(129) + "\",\"typ\":\"amesh-release-list+json\"}");
        List<EnvelopeSignature> all = new ArrayList<>(good.signatures());
        all.add(EnvelopeSignature.of(header, Bytes.of(new byte[4627])));
        SignedEnvelope read = SignedEnvelope.parse(new SignedEnvelope(good.payload(), all).encode());
        assertThat(read.requireThreshold(
                        DocumentType.RELEASE_LIST, publisher.root().keys()))
                .hasSize(2);
    }
}
