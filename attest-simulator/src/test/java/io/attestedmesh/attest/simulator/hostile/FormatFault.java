package io.attestedmesh.attest.simulator.hostile;

import static io.attestedmesh.attest.evidence.MalformedReason.*;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** What breaks the format: CBOR (step 1), COSE_Sign1 (step 2), the document's fields (step 3). */
public enum FormatFault implements Fault {
    NOTHING_AT_ALL(1, CBOR_TRUNCATED, d -> d.envelope(e -> Bytes.EMPTY)),
    LAST_BYTE_MISSING(1, CBOR_TRUNCATED, d -> d.envelope(e -> e.slice(0, e.size() - 1))),
    BYTE_AFTER_ENVELOPE(1, CBOR_TRAILING_BYTES, d -> d.envelope(e -> Bytes.concat(e, Cbor.NULL))),
    ENVELOPE_TWICE(1, CBOR_TRAILING_BYTES, d -> d.envelope(e -> Bytes.concat(e, e))),
    ENVELOPE_TOO_LARGE(1, EVIDENCE_TOO_LARGE, d -> d.envelope(e -> zeros(100_000))),
    PAYLOAD_WITHOUT_BREAK(1, CBOR_TRUNCATED, d -> d.payload(p -> p.slice(0, p.size() - 1))),
    BYTE_AFTER_PAYLOAD(1, CBOR_TRAILING_BYTES, d -> d.payload(p -> Bytes.concat(p, Cbor.NULL))),
    LENGTH_OF_2_TO_64(1, CBOR_TRUNCATED, d -> d.set("nonce", Cbor.wideHead(Cbor.BYTES, -1, 8))),
    LENGTH_OF_2_TO_31(1, CBOR_TRUNCATED, d -> d.set("nonce", Cbor.head(Cbor.BYTES, 1L << 31))),
    COUNT_OF_2_TO_64(1, CBOR_TRUNCATED, d -> d.set("cabundle", Cbor.wideHead(Cbor.ARRAY, -1, 8))),
    COUNT_OF_2_TO_32(1, CBOR_TRUNCATED, d -> d.set("pcrs", Cbor.head(Cbor.MAP, 1L << 32))),
    INFO_28(1, CBOR_RESERVED_INFO, d -> d.set("nonce", Cbor.rawHead(Cbor.BYTES, 28))),
    INFO_29(1, CBOR_RESERVED_INFO, d -> d.set("timestamp", Cbor.rawHead(Cbor.UNSIGNED, 29))),
    INFO_30(1, CBOR_RESERVED_INFO, d -> d.set("cabundle", Cbor.rawHead(Cbor.ARRAY, 30))),
    BREAK_AS_VALUE(1, CBOR_UNEXPECTED_BREAK, d -> d.definite().set("nonce", Cbor.BREAK)),
    BREAK_AFTER_KEY(1, CBOR_KEY_WITHOUT_VALUE, d -> d.set("nonce", Cbor.BREAK)),
    INDEFINITE_INTEGER(1, CBOR_INDEFINITE_SCALAR, d -> d.set("timestamp", Cbor.rawHead(Cbor.UNSIGNED, 31))),
    INDEFINITE_BYTES(1, CBOR_INDEFINITE_STRING, d -> d.set("nonce", Cbor.indefinite(Cbor.BYTES, Cbor.bytes(zeros(1))))),
    INDEFINITE_TEXT(1, CBOR_INDEFINITE_STRING, d -> d.set("digest", Cbor.indefinite(Cbor.TEXT, Cbor.text("SHA384")))),
    INDEFINITE_KEY(1, CBOR_INDEFINITE_STRING, d -> d.entry(Cbor.indefinite(Cbor.TEXT, Cbor.text("more")), Cbor.NULL)),
    INDEX_NOT_MINIMAL(1, CBOR_NOT_MINIMAL, d -> d.set("pcrs", Cbor.map(Cbor.wideHead(Cbor.UNSIGNED, 0, 1), pcr(48)))),
    LENGTH_NOT_MINIMAL(
            1, CBOR_NOT_MINIMAL, d -> d.set("nonce", Bytes.concat(Cbor.wideHead(Cbor.BYTES, 1, 4), zeros(1)))),
    TAG_NOT_MINIMAL(1, CBOR_NOT_MINIMAL, d -> d.envelope(e -> Bytes.concat(Cbor.wideHead(Cbor.TAG, 18, 2), e))),
    BYTES_AS_KEY(1, CBOR_KEY_TYPE, d -> d.entry(Cbor.bytes(zeros(1)), Cbor.NULL)),
    NULL_AS_KEY(1, CBOR_KEY_TYPE, d -> d.entry(Cbor.NULL, Cbor.NULL)),
    DIGEST_TWICE(1, CBOR_DUPLICATE_KEY, d -> d.entry(Cbor.text("digest"), Cbor.text("SHA384"))),
    UNKNOWN_KEY_TWICE(1, CBOR_DUPLICATE_KEY, d -> d.set("more", Cbor.NULL).entry(Cbor.text("more"), Cbor.NULL)),
    PCR0_TWICE(
            1, CBOR_DUPLICATE_KEY, d -> d.set("pcrs", Cbor.map(Cbor.unsigned(0), pcr(48), Cbor.unsigned(0), pcr(48)))),
    ENTRIES_65(1, CBOR_TOO_MANY_ENTRIES, FormatFault::manyEntries),
    MODULE_ID_NOT_UTF8(
            1, CBOR_INVALID_UTF8, d -> d.set("module_id", Bytes.concat(Cbor.head(Cbor.TEXT, 1), Cbor.BREAK))),
    TIMESTAMP_AS_FLOAT(1, CBOR_FLOAT, d -> d.set("timestamp", Cbor.float64(1.7e12))),
    UNDEFINED_FOR_ABSENT(1, CBOR_SIMPLE_VALUE, d -> d.set("nonce", Cbor.UNDEFINED)),
    SIMPLE_VALUE_IN_TWO_BYTES(1, CBOR_BAD_SIMPLE, d -> d.set("nonce", Cbor.octets(0xf8, 0x16))),
    TIMESTAMP_TAGGED(1, CBOR_TAG, d -> d.set("timestamp", Cbor.tagged(1, Cbor.unsigned(1)))),
    TIMESTAMP_AS_BIGNUM(1, CBOR_TAG, d -> d.set("timestamp", Cbor.tagged(2, Cbor.bytes(zeros(9))))),
    PAYLOAD_TAGGED(1, CBOR_TAG, d -> replaceItem(d, 2, Cbor.tagged(24, Cbor.bytes(zeros(1))))),
    TAG_98(1, CBOR_TAG, d -> d.envelope(e -> Cbor.tagged(98, e))),
    TAG_18_TWICE(1, CBOR_TAG, d -> d.envelope(e -> Cbor.tagged(18, Cbor.tagged(18, e)))),
    NESTED_1000_DEEP(1, CBOR_TOO_DEEP, d -> d.set("more", Cbor.nested(1000))),

    MAP_FOR_ENVELOPE(2, COSE_NOT_SIGN1, d -> d.envelope(e -> Cbor.map())),
    PAYLOAD_ALONE(2, COSE_NOT_SIGN1, d -> d.items(i -> List.of(i.get(2))).envelope(e -> e.slice(1, e.size()))),
    THREE_ITEMS(2, COSE_NOT_SIGN1, d -> d.items(i -> i.subList(0, 3))),
    FIVE_ITEMS(2, COSE_NOT_SIGN1, d -> d.items(i -> plus(i, Cbor.NULL))),
    ALGORITHM_ES256(2, COSE_PROTECTED_HEADER, d -> d.protectedHeader(Cbor.map(Cbor.unsigned(1), Cbor.negative(6)))),
    ALGORITHM_ES512(2, COSE_PROTECTED_HEADER, d -> d.protectedHeader(Cbor.map(Cbor.unsigned(1), Cbor.negative(35)))),
    ALGORITHM_NONE(2, COSE_PROTECTED_HEADER, d -> d.protectedHeader(Bytes.EMPTY)),
    ALGORITHM_ONLY_UNPROTECTED(
            2,
            COSE_PROTECTED_HEADER,
            d -> d.protectedHeader(Cbor.map()).unprotectedHeader(Cbor.map(Cbor.unsigned(1), Cbor.negative(34)))),
    CRITICAL_HEADER(
            2,
            COSE_PROTECTED_HEADER,
            d -> d.protectedHeader(
                    Cbor.map(Cbor.unsigned(1), Cbor.negative(34), Cbor.unsigned(2), Cbor.array(Cbor.unsigned(99))))),
    PROTECTED_HEADER_NOT_WRAPPED(2, COSE_PROTECTED_HEADER, d -> replaceItem(d, 0, DocumentRecipe.PROTECTED_ES384)),
    UNPROTECTED_KEY_ID(
            2, COSE_UNPROTECTED_HEADER, d -> d.unprotectedHeader(Cbor.map(Cbor.unsigned(4), Cbor.bytes(zeros(1))))),
    UNPROTECTED_NULL(2, COSE_UNPROTECTED_HEADER, d -> d.unprotectedHeader(Cbor.NULL)),
    PAYLOAD_DETACHED(2, COSE_PAYLOAD_TYPE, d -> replaceItem(d, 2, Cbor.NULL)),
    PAYLOAD_NOT_WRAPPED(2, COSE_PAYLOAD_TYPE, d -> replaceItem(d, 2, Cbor.map())),
    PAYLOAD_EMPTY(2, COSE_PAYLOAD_SIZE, d -> d.payload(p -> Bytes.EMPTY)),
    PAYLOAD_16385(2, COSE_PAYLOAD_SIZE, d -> d.payload(p -> zeros(16385))),
    SIGNATURE_SHORT(2, COSE_SIGNATURE_SIZE, d -> d.signature(s -> s.slice(0, 95))),
    SIGNATURE_LONG(2, COSE_SIGNATURE_SIZE, d -> d.signature(s -> Bytes.concat(s, zeros(1)))),
    SIGNATURE_EMPTY(2, COSE_SIGNATURE_SIZE, d -> d.signature(s -> Bytes.EMPTY)),
    SIGNATURE_DER(2, COSE_SIGNATURE_SIZE, d -> d.signature(Der::signature)),
    SIGNATURE_NULL(2, COSE_SIGNATURE_SIZE, d -> replaceItem(d, 3, Cbor.NULL)),

    ARRAY_FOR_DOCUMENT(3, DOCUMENT_NOT_A_MAP, d -> d.payload(p -> Cbor.array())),
    INTEGER_AS_KEY(3, DOCUMENT_KEY_TYPE, d -> d.entry(Cbor.unsigned(1), Cbor.NULL)),
    NITROTPM(3, NITROTPM_DOCUMENT, d -> d.without("pcrs").set("nitrotpm_pcrs", Cbor.map(Cbor.unsigned(0), pcr(48)))),
    NITROTPM_BESIDE_PCRS(3, NITROTPM_DOCUMENT, d -> d.set("nitrotpm_pcrs", Cbor.map(Cbor.unsigned(0), pcr(48)))),
    NO_MODULE_ID(3, FIELD_MISSING, d -> d.without("module_id")),
    NO_DIGEST(3, FIELD_MISSING, d -> d.without("digest")),
    NO_TIMESTAMP(3, FIELD_MISSING, d -> d.without("timestamp")),
    NO_PCRS(3, FIELD_MISSING, d -> d.without("pcrs")),
    NO_CERTIFICATE(3, FIELD_MISSING, d -> d.without("certificate")),
    NO_CABUNDLE(3, FIELD_MISSING, d -> d.without("cabundle")),
    MODULE_ID_NULL(3, FIELD_TYPE, d -> d.set("module_id", Cbor.NULL)),
    PCRS_NULL(3, FIELD_TYPE, d -> d.set("pcrs", Cbor.NULL)),
    CABUNDLE_NULL(3, FIELD_TYPE, d -> d.set("cabundle", Cbor.NULL)),
    DIGEST_AS_BYTES(3, FIELD_TYPE, d -> d.set("digest", Cbor.bytes(zeros(6)))),
    TIMESTAMP_AS_TEXT(3, FIELD_TYPE, d -> d.set("timestamp", Cbor.text("1700000000000"))),
    PCRS_AS_ARRAY(3, FIELD_TYPE, d -> d.set("pcrs", Cbor.array(pcr(48)))),
    PCR_AS_TEXT(3, FIELD_TYPE, d -> d.set("pcrs", Cbor.map(Cbor.unsigned(0), Cbor.text("0".repeat(48))))),
    CERTIFICATE_AS_TEXT(3, FIELD_TYPE, d -> d.set("certificate", Cbor.text("x"))),
    CABUNDLE_ENTRY_AS_TEXT(3, FIELD_TYPE, d -> d.set("cabundle", Cbor.array(Cbor.text("x")))),
    PUBLIC_KEY_AS_TEXT(3, FIELD_TYPE, d -> d.set("public_key", Cbor.text("x"))),
    USER_DATA_TRUE(3, FIELD_TYPE, d -> d.set("user_data", Cbor.TRUE)),
    NONCE_AS_INTEGER(3, FIELD_TYPE, d -> d.set("nonce", Cbor.unsigned(1))),
    MODULE_ID_OF_NO_CHARACTERS(3, MODULE_ID_EMPTY, d -> d.set("module_id", Cbor.text(""))),
    DIGEST_SHA256(3, DIGEST_NOT_SHA384, d -> d.set("digest", Cbor.text("SHA256"))),
    DIGEST_IN_LOWER_CASE(3, DIGEST_NOT_SHA384, d -> d.set("digest", Cbor.text("sha384"))),
    TIMESTAMP_0(3, TIMESTAMP_NOT_POSITIVE, d -> d.set("timestamp", Cbor.unsigned(0))),
    TIMESTAMP_MINUS_1(3, TIMESTAMP_NOT_POSITIVE, d -> d.set("timestamp", Cbor.negative(0))),
    TIMESTAMP_MINUS_2_TO_63(3, TIMESTAMP_NOT_POSITIVE, d -> d.set("timestamp", Cbor.negative(Long.MAX_VALUE))),
    NO_PCR_AT_ALL(3, PCRS_EMPTY, DocumentRecipe::withoutPcrs),
    PCR_32(3, PCR_INDEX, d -> d.pcr(32, zeros(48))),
    PCR_MINUS_1(3, PCR_INDEX, d -> d.set("pcrs", Cbor.map(Cbor.negative(0), pcr(48)))),
    PCR_2_TO_32(3, PCR_INDEX, d -> d.set("pcrs", Cbor.map(Cbor.unsigned(1L << 32), pcr(48)))),
    PCR_2_TO_64_MINUS_1(3, PCR_INDEX, d -> d.set("pcrs", Cbor.map(Cbor.head(Cbor.UNSIGNED, -1), pcr(48)))),
    PCR_INDEX_AS_TEXT(3, PCR_INDEX, d -> d.set("pcrs", Cbor.map(Cbor.text("0"), pcr(48)))),
    PCR_OF_20_BYTES(3, PCR_SIZE, d -> d.pcr(3, zeros(20))),
    PCR_OF_NO_BYTES(3, PCR_SIZE, d -> d.pcr(0, Bytes.EMPTY)),
    PCR_OF_49_BYTES(3, PCR_SIZE, d -> d.pcr(15, zeros(49))),
    CERTIFICATE_OF_NO_BYTES(3, CERTIFICATE_SIZE, d -> d.set("certificate", Cbor.bytes(Bytes.EMPTY))),
    CERTIFICATE_1025(3, CERTIFICATE_SIZE, d -> d.set("certificate", Cbor.bytes(zeros(1025)))),
    CABUNDLE_OF_NOTHING(3, CABUNDLE_EMPTY, d -> d.bundle(List.of())),
    CABUNDLE_OF_9(3, CABUNDLE_TOO_LONG, d -> d.bundle(Collections.nCopies(9, zeros(1)))),
    CABUNDLE_ENTRY_OF_NO_BYTES(3, CABUNDLE_ENTRY_SIZE, d -> d.bundle(List.of(Bytes.EMPTY))),
    CABUNDLE_ENTRY_1025(3, CABUNDLE_ENTRY_SIZE, d -> d.bundle(List.of(zeros(1025)))),
    PUBLIC_KEY_OF_NO_BYTES(3, PUBLIC_KEY_SIZE, d -> d.set("public_key", Cbor.bytes(Bytes.EMPTY))),
    PUBLIC_KEY_1025(3, PUBLIC_KEY_SIZE, d -> d.set("public_key", Cbor.bytes(zeros(1025)))),
    USER_DATA_1025(3, USER_DATA_SIZE, d -> d.set("user_data", Cbor.bytes(zeros(1025)))),
    NONCE_1025(3, NONCE_SIZE, d -> d.set("nonce", Cbor.bytes(zeros(1025))));

    private final int step;
    private final MalformedReason reason;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
    private final Consumer<DocumentRecipe> change;

    FormatFault(int step, MalformedReason reason, Consumer<DocumentRecipe> change) {
        this.step = step;
        this.reason = reason;
        this.change = change;
    }

    @Override
    public int step() {
        return step;
    }

    @Override
    public MalformedReason reason() {
        return reason;
    }

    @Override
    public Forged forge(HostileCloud cloud) {
        DocumentRecipe recipe = cloud.document();
        change.accept(recipe);
        return new Forged(cloud.trustedRoot(), recipe.sign());
    }

    private static void manyEntries(DocumentRecipe recipe) {
        for (int i = 0; i < 65; i++) {
            recipe.set("more" + i, Cbor.NULL);
        }
    }

    private static void replaceItem(DocumentRecipe recipe, int index, Bytes encoded) {
        recipe.items(four -> {
            List<Bytes> items = new ArrayList<>(four);
            items.set(index, encoded);
            return items;
        });
    }

    private static List<Bytes> plus(List<Bytes> items, Bytes one) {
        List<Bytes> more = new ArrayList<>(items);
        more.add(one);
        return more;
    }

    private static Bytes pcr(int size) {
        return Cbor.bytes(zeros(size));
    }

    private static Bytes zeros(int size) {
        return Bytes.of(new byte[size]);
    }
}
