package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.MalformedReason.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Step 1. */
class CborScannerTest {
    /** Simple value 24 in two bytes: an example of RFC 7049, forbidden by RFC 8949, section 3.3. */
    private static final String NO_LONGER_WELL_FORMED = "f818";

    static Stream<String> appendixA() {
        JsonNode cases = Vectors.json("cbor/appendix-a/appendix_a.json");
        return Stream.iterate(0, i -> i < cases.size(), i -> i + 1)
                .map(i -> cases.get(i).get("hex").asText())
                .filter(hex -> !hex.equals(NO_LONGER_WELL_FORMED));
    }

    static List<String> goodCases() {
        Matcher encoded =
                Pattern.compile("\"?encoded\"?: h'([0-9a-fA-F\\s]*)'").matcher(Vectors.text("cbor/good/good.edn"));
        return encoded.results()
                .map(result -> result.group(1).replaceAll("\\s", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("appendixA")
    void step1_everyExampleOfRfc8949_wellFormed(String hex) {
        assertThatCode(() -> CborScanner.requireWellFormed(bytes(hex))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("goodCases")
    void step1_everyGoodCase_wellFormed(String hex) {
        assertThatCode(() -> CborScanner.requireWellFormed(bytes(hex))).doesNotThrowAnyException();
    }

    @Test
    void step1_goodCases_areAllFound() {
        assertThat(goodCases()).hasSizeGreaterThan(80);
        assertThat(appendixA()).hasSizeGreaterThan(75);
    }

    @ParameterizedTest
    @MethodSource("appendixA")
    void step1_everyExampleWithoutItsLastByte_refused(String hex) {
        byte[] whole = bytes(hex);
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
        assertThatThrownBy(() -> CborScanner.requireWellFormed(cut))
                .isInstanceOfSatisfying(
                        MalformedEvidenceException.class,
                        e -> assertThat(e.reason()).isEqualTo(CBOR_TRUNCATED));
    }

    @ParameterizedTest
    @MethodSource("appendixA")
    void step1_everyExampleWithOneMoreByte_refused(String hex) {
        assertThat(wellFormedness(hex + "00")).isEqualTo(CBOR_TRAILING_BYTES);
    }

    @ParameterizedTest
    @CsvSource({
        // ends early: head, string, container, nested
        "'', CBOR_TRUNCATED",
        "18, CBOR_TRUNCATED",
        "19 01, CBOR_TRUNCATED",
        "1a 010203, CBOR_TRUNCATED",
        "1b 01020304050607, CBOR_TRUNCATED",
        "38, CBOR_TRUNCATED",
        "58, CBOR_TRUNCATED",
        "78, CBOR_TRUNCATED",
        "98, CBOR_TRUNCATED",
        "b8, CBOR_TRUNCATED",
        "d8, CBOR_TRUNCATED",
        "f8, CBOR_TRUNCATED",
        "f9 00, CBOR_TRUNCATED",
        "fa 000000, CBOR_TRUNCATED",
        "fb 00000000000000, CBOR_TRUNCATED",
        "41, CBOR_TRUNCATED",
        "61, CBOR_TRUNCATED",
        "c0, CBOR_TRUNCATED",
        "81, CBOR_TRUNCATED",
        "81 81 81, CBOR_TRUNCATED",
        "a1, CBOR_TRUNCATED",
        "a1 01, CBOR_TRUNCATED",
        "a2 01 02 03, CBOR_TRUNCATED",
        "9f, CBOR_TRUNCATED",
        "9f 01, CBOR_TRUNCATED",
        "bf, CBOR_TRUNCATED",
        "bf 01 02, CBOR_TRUNCATED",
        "5f, CBOR_TRUNCATED",
        "5f 41 00, CBOR_TRUNCATED",
        "7f 61 61, CBOR_TRUNCATED",
        // declares more than there is, up to 2^64-1
        "5a ffffffff 00, CBOR_TRUNCATED",
        "5b 7fffffffffffffff 00, CBOR_TRUNCATED",
        "5b ffffffffffffffff 00, CBOR_TRUNCATED",
        "7b ffffffffffffffff, CBOR_TRUNCATED",
        "9a 7fffffff 00, CBOR_TRUNCATED",
        "9b ffffffffffffffff 00, CBOR_TRUNCATED",
        "ba 7fffffff 00 00, CBOR_TRUNCATED",
        "bb 8000000000000000 00, CBOR_TRUNCATED",
        // additional information 28 to 30 in every major type
        "1c, CBOR_RESERVED_INFO",
        "1d, CBOR_RESERVED_INFO",
        "1e, CBOR_RESERVED_INFO",
        "3c, CBOR_RESERVED_INFO",
        "5d, CBOR_RESERVED_INFO",
        "7e, CBOR_RESERVED_INFO",
        "9c, CBOR_RESERVED_INFO",
        "bd, CBOR_RESERVED_INFO",
        "de, CBOR_RESERVED_INFO",
        "fc, CBOR_RESERVED_INFO",
        "fd, CBOR_RESERVED_INFO",
        "fe, CBOR_RESERVED_INFO",
        // breaks
        "ff, CBOR_UNEXPECTED_BREAK",
        "81 ff, CBOR_UNEXPECTED_BREAK",
        "82 00 ff, CBOR_UNEXPECTED_BREAK",
        "a1 ff 00, CBOR_UNEXPECTED_BREAK",
        "a1 00 ff, CBOR_UNEXPECTED_BREAK",
        "9f 81 ff, CBOR_UNEXPECTED_BREAK",
        "c0 ff, CBOR_UNEXPECTED_BREAK",
        "bf 00 ff, CBOR_KEY_WITHOUT_VALUE",
        "bf 00 01 02 ff, CBOR_KEY_WITHOUT_VALUE",
        // indefinite where it cannot be
        "1f, CBOR_INDEFINITE_SCALAR",
        "3f, CBOR_INDEFINITE_SCALAR",
        "df, CBOR_INDEFINITE_SCALAR",
        "df 00, CBOR_INDEFINITE_SCALAR",
        // chunks of another type, nested, tagged, or indefinite themselves
        "5f 00 ff, CBOR_BAD_CHUNK",
        "5f 61 61 ff, CBOR_BAD_CHUNK",
        "7f 41 00 ff, CBOR_BAD_CHUNK",
        "5f 80 ff, CBOR_BAD_CHUNK",
        "5f c0 41 00 ff, CBOR_BAD_CHUNK",
        "5f 5f 41 00 ff ff, CBOR_BAD_CHUNK",
        "5f 5c ff, CBOR_RESERVED_INFO",
        "5f 42 00, CBOR_TRUNCATED",
        // two-byte simple values that fit in one, or are unassignable
        "f8 00, CBOR_BAD_SIMPLE",
        "f8 17, CBOR_BAD_SIMPLE",
        "f8 18, CBOR_BAD_SIMPLE",
        "f8 1f, CBOR_BAD_SIMPLE",
        // more than one item
        "00 00, CBOR_TRAILING_BYTES",
        "80 80, CBOR_TRAILING_BYTES",
        "9f ff ff, CBOR_TRAILING_BYTES",
        "40 00, CBOR_TRAILING_BYTES",
        "f6 f6, CBOR_TRAILING_BYTES"
    })
    void step1_notWellFormed_namedReason(String hex, MalformedReason reason) {
        assertThat(wellFormedness(hex)).isEqualTo(reason);
        assertThat(strictness(hex)).as("strict refuses it too").isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "5f 41 00 ff, CBOR_INDEFINITE_STRING",
        "7f ff, CBOR_INDEFINITE_STRING",
        "81 5f ff, CBOR_INDEFINITE_STRING",
        "a1 7f 61 61 ff 00, CBOR_INDEFINITE_STRING",
        "18 00, CBOR_NOT_MINIMAL",
        "18 17, CBOR_NOT_MINIMAL",
        "19 0000, CBOR_NOT_MINIMAL",
        "19 00ff, CBOR_NOT_MINIMAL",
        "1a 0000ffff, CBOR_NOT_MINIMAL",
        "1b 00000000ffffffff, CBOR_NOT_MINIMAL",
        "38 17, CBOR_NOT_MINIMAL",
        "58 01 00, CBOR_NOT_MINIMAL",
        "78 01 61, CBOR_NOT_MINIMAL",
        "98 01 00, CBOR_NOT_MINIMAL",
        "b8 01 00 00, CBOR_NOT_MINIMAL",
        "59 0001 00, CBOR_NOT_MINIMAL",
        "a2 00 00 00 01, CBOR_DUPLICATE_KEY",
        "bf 61 61 00 61 61 01 ff, CBOR_DUPLICATE_KEY",
        "a3 20 00 01 00 20 00, CBOR_DUPLICATE_KEY",
        "a2 60 00 60 01, CBOR_DUPLICATE_KEY",
        "81 a2 00 00 00 01, CBOR_DUPLICATE_KEY",
        "a1 40 00, CBOR_KEY_TYPE",
        "a1 80 00, CBOR_KEY_TYPE",
        "a1 a0 00, CBOR_KEY_TYPE",
        "a1 f6 00, CBOR_KEY_TYPE",
        "61 80, CBOR_INVALID_UTF8",
        "61 ff, CBOR_INVALID_UTF8",
        "62 c3 28, CBOR_INVALID_UTF8",
        "62 c0 80, CBOR_INVALID_UTF8",
        "63 e0 80 80, CBOR_INVALID_UTF8",
        "63 ed a0 80, CBOR_INVALID_UTF8",
        "64 f0 80 80 80, CBOR_INVALID_UTF8",
        "64 f4 90 80 80, CBOR_INVALID_UTF8",
        "61 c3, CBOR_INVALID_UTF8",
        "63 e2 82 28, CBOR_INVALID_UTF8",
        "64 f5 80 80 80, CBOR_INVALID_UTF8",
        "a1 61 c3 00, CBOR_INVALID_UTF8",
        "f9 3c00, CBOR_FLOAT",
        "fa 47c35000, CBOR_FLOAT",
        "fb 3ff199999999999a, CBOR_FLOAT",
        "81 f9 7e00, CBOR_FLOAT",
        "f7, CBOR_SIMPLE_VALUE",
        "e0, CBOR_SIMPLE_VALUE",
        "f0, CBOR_SIMPLE_VALUE",
        "f8 ff, CBOR_SIMPLE_VALUE",
        "f8 20, CBOR_SIMPLE_VALUE",
        "c0 60, CBOR_TAG",
        "c2 41 01, CBOR_TAG",
        "d2 80, CBOR_TAG",
        "81 d2 80, CBOR_TAG"
    })
    void step1_wellFormedButNotStrict_namedReason(String hex, MalformedReason reason) {
        assertThat(wellFormedness(hex)).isNull();
        assertThat(strictness(hex)).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", "17", "18 18", "18 ff", "19 0100", "1a 00010000", "1b 0000000100000000", "1b ffffffffffffffff",
                "20", "38 18", "3b ffffffffffffffff", "40", "43 010203", "60", "64 f0 9f 98 80", "63 ed 9f bf",
                "64 f4 8f bf bf", "80", "82 00 01", "9f ff", "9f 00 01 ff", "a0", "a2 00 00 01 00", "bf ff",
                "bf 61 61 00 61 62 01 ff", "f4", "f5", "f6", "a2 01 00 61 31 00", "a2 00 00 20 00"
            })
    void step1_strict_accepted(String hex) {
        assertThat(strictness(hex)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"d2 80, ", "d3 80, CBOR_TAG", "d2 d2 80, CBOR_TAG", "81 d2 80, CBOR_TAG", "d8 12 80, CBOR_NOT_MINIMAL"})
    void step1_outerTag_onlyOnceAndOnlyThatOne(String hex, MalformedReason reason) {
        assertThat(reasonOf(() -> CborScanner.requireStrictInTag(bytes(hex), 18)))
                .isEqualTo(reason);
    }

    @Test
    void step1_nesting_boundedAt16InEvidence() {
        assertThat(strictness("81".repeat(16) + "00")).isNull();
        assertThat(strictness("81".repeat(17) + "00")).isEqualTo(CBOR_TOO_DEEP);
        assertThat(strictness("a100".repeat(17) + "00")).isEqualTo(CBOR_TOO_DEEP);
    }

    @Test
    void step1_nesting_neverOverflowsTheStack() {
        assertThat(wellFormedness("81".repeat(1024) + "00")).isNull();
        assertThat(wellFormedness("9f".repeat(100_000))).isEqualTo(CBOR_TOO_DEEP);
        assertThat(wellFormedness("bf00".repeat(100_000))).isEqualTo(CBOR_TOO_DEEP);
        assertThat(wellFormedness("c0".repeat(100_000))).isEqualTo(CBOR_TOO_DEEP);
    }

    @Test
    void step1_mapEntries_boundedAt64() {
        assertThat(strictness("b840" + entries(64))).isNull();
        assertThat(strictness("b841" + entries(65))).isEqualTo(CBOR_TOO_MANY_ENTRIES);
        assertThat(strictness("bf" + entries(65) + "ff")).isEqualTo(CBOR_TOO_MANY_ENTRIES);
        assertThat(wellFormedness("b841" + entries(65))).isNull();
    }

    @Test
    void step1_hugeDeclaredCounts_takeNoMemory() {
        String nested = "9a 00ffffff".repeat(15) + "00";
        assertThat(wellFormedness(nested)).isEqualTo(CBOR_TRUNCATED);
        assertThat(strictness("ba 00ffffff".repeat(15))).isEqualTo(CBOR_TRUNCATED);
    }

    @Test
    void step1_reason_saysWhere() {
        assertThatThrownBy(() -> CborScanner.requireStrict(bytes("82 00 1c")))
                .hasMessageContaining("CBOR_RESERVED_INFO")
                .hasMessageContaining("near byte 3");
    }

    private static String entries(int count) {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < count; i++) {
            entries.append(Cbor.integer(i).hex()).append("00");
        }
        return entries.toString();
    }

    private static MalformedReason wellFormedness(String hex) {
        return reasonOf(() -> CborScanner.requireWellFormed(bytes(hex)));
    }

    private static MalformedReason strictness(String hex) {
        return reasonOf(() -> CborScanner.requireStrict(bytes(hex)));
    }

    private static MalformedReason reasonOf(Scan scan) {
        try {
            scan.run();
            return null;
        } catch (MalformedEvidenceException e) {
            return e.reason();
        }
    }

    private static byte[] bytes(String hex) {
        return Cbor.hex(hex).toByteArray();
    }

    private interface Scan {
        void run() throws MalformedEvidenceException;
    }
}
