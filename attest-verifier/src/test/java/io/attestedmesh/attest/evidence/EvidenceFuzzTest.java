package io.attestedmesh.attest.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a value or a {@link MalformedEvidenceException}, never anything else. CONTRIBUTING says how to run. */
class EvidenceFuzzTest {
    /** Small documents made here, and the real ones where the shared vectors are. */
    static Stream<byte[]> documents() {
        Stream<Bytes> made = Stream.of(
                Documents.encode(Documents.fields()),
                Documents.envelope(Cbor.indefiniteMap(Cbor.entries(Documents.fields()))),
                Cbor.tag(18, Documents.with("user_data", Cbor.bytes(Bytes.EMPTY))),
                Documents.with("pcrs", Cbor.indefiniteMap(Cbor.integer(31), Cbor.bytes(Documents.filled(64)))));
        Stream<Bytes> real = Vectors.arePresent()
                ? Vectors.realDocuments().stream().map(Vectors.NamedEvidence::encoded)
                : Stream.of();
        return Stream.concat(made, real).map(Bytes::toByteArray);
    }

    @MethodSource("documents")
    @FuzzTest
    void cbor_strictImpliesWellFormedAndReadableByJackson(byte[] input) throws IOException, MalformedEvidenceException {
        if (!isStrict(input)) {
            return;
        }
        CborScanner.requireWellFormed(input);
        try (JsonParser parser = new CBORFactory().createParser(input)) {
            int depth = 0;
            do {
                parser.nextToken();
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
            } while (depth > 0);
            assertThat(parser.nextToken()).as("nothing after the item").isNull();
        }
    }

    @MethodSource("documents")
    @FuzzTest
    void sign1_readsTheSameAfterWritingItAgain(byte[] input) throws MalformedEvidenceException {
        CoseSign1 read;
        try {
            read = CoseSign1.parse(Bytes.of(input));
        } catch (MalformedEvidenceException e) {
            return;
        }
        assertThat(read.signature().size()).isEqualTo(96);
        CborScanner.requireStrict(read.toBeSigned().toByteArray());
        Bytes again = Cbor.array(
                Cbor.bytes(read.protectedHeader()),
                Cbor.map(),
                Cbor.bytes(read.payload()),
                Cbor.bytes(read.signature()));
        assertThat(CoseSign1.parse(again)).isEqualTo(read);
    }

    static Stream<byte[]> payloads() {
        return documents().map(document -> payload(Bytes.of(document)).toByteArray());
    }

    /** The payload alone, so that the fuzzer need not keep the lengths around it right. */
    @MethodSource("payloads")
    @FuzzTest
    void document_keepsEveryRuleOfTheFormat(byte[] input) {
        AttestationDocument read;
        try {
            read = AttestationDocument.parse(Documents.envelope(Bytes.of(input)));
        } catch (MalformedEvidenceException e) {
            assertThat(e.reason()).isNotEqualTo(MalformedReason.CBOR_READERS_DISAGREE);
            assertThat(e.actual()).hasSizeLessThan(400).doesNotContain("\n");
            return;
        }
        assertThat(read.moduleId()).isNotEmpty();
        assertThat(read.digest()).isEqualTo("SHA384");
        assertThat(read.timestamp().toEpochMilli()).isPositive();
        assertThat(read.pcrs().values()).isNotEmpty().hasSizeLessThanOrEqualTo(32);
        assertThat(read.certificate().size()).isBetween(1, 1024);
        assertThat(read.cabundle()).isNotEmpty().hasSizeLessThanOrEqualTo(8);
        read.publicKey().ifPresent(key -> assertThat(key.size()).isBetween(1, 1024));
        read.userData().ifPresent(data -> assertThat(data.size()).isBetween(0, 1024));
        read.nonce().ifPresent(nonce -> assertThat(nonce.size()).isBetween(0, 1024));
    }

    private static Bytes payload(Bytes document) {
        try {
            return CoseSign1.parse(document).payload();
        } catch (MalformedEvidenceException e) {
            throw new IllegalStateException("a seed that is no envelope", e);
        }
    }

    private static boolean isStrict(byte[] input) {
        try {
            CborScanner.requireStrict(input);
            return true;
        } catch (MalformedEvidenceException e) {
            return false;
        }
    }
}
