package io.attestedmesh.attest.der;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerReaderTest {
    private static DerReader reader(String hex) {
        return DerReader.of(Bytes.fromHex(hex.replace(" ", "")).toByteArray());
    }

    private interface Read {
        void from(DerReader reader) throws DerException;
    }

    private static void refuses(String hex, Read read) {
        assertThatExceptionOfType(DerException.class)
                .isThrownBy(() -> read.from(reader(hex)))
                .satisfies(e -> assertThat(e.expected()).isNotBlank())
                .satisfies(e -> assertThat(e.actual()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no tag
                "30", // no length
                "3001", // beyond its parent
                "3080 0000", // indefinite
                "3081", // half a length
                "3082 01",
                "308101 00", // fits in one octet
                "308200 81", // padded
                "3084 00000000", // four octets
                "30ff",
                "3100", // another tag
            })
    void enter_badHeader_refused(String hex) {
        refuses(hex, reader -> reader.enter(DerReader.SEQUENCE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "1f00", "3f00", "bf2000", "ff8100 00"})
    void element_endOfContentsOrLongTag_refused(String hex) {
        refuses(hex, DerReader::element);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100", "010101", "010180", "01020000", "0102ffff"})
    void bool_notCanonical_refused(String hex) {
        refuses(hex, DerReader::bool);
    }

    @Test
    void trueOrAbsent_falseWrittenOut_refused() throws DerException {
        refuses("010100", DerReader::trueOrAbsent);
        assertThat(reader("0101ff").trueOrAbsent()).isTrue();
        assertThat(reader("0400").trueOrAbsent()).isFalse();
        assertThat(reader("").trueOrAbsent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "02020001", "0202007f", "0202ff80", "0202ffff", "0a0101"})
    void integer_padded_refused(String hex) {
        refuses(hex, DerReader::integer);
    }

    @ParameterizedTest
    @CsvSource({"020100,0", "0201ff,-1", "02020080,128", "0202ff7f,-129", "0205 00ffffffff,4294967295"})
    void integer_minimal_read(String hex, BigInteger expected) throws DerException {
        assertThat(reader(hex).integer()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0201ff", "02050080000000", "0200"})
    void count_outOfRange_refused(String hex) {
        refuses(hex, DerReader::count);
    }

    @Test
    void count_withATagOfItsOwn_read() throws DerException {
        assertThat(reader("8002 0100").count(0x80)).isEqualTo(256);
        refuses("8002 0001", reader -> reader.count(0x80));
        refuses("8101 01", reader -> reader.count(0x80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "0601 80", "0602 8001", "0603 2a8001", "0602 2a86"})
    void oid_paddedOrCut_refused(String hex) {
        refuses(hex, DerReader::oid);
        refuses(hex, DerReader::oidOctets);
        refuses(hex, DerReader::requireStrict);
    }

    @Test
    void oid_longerThan64Octets_refused() throws DerException {
        refuses("0641" + "2a".repeat(65), DerReader::oid);
        assertThat(reader("0640" + "2a".repeat(64)).oidOctets()).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource({
        "0603 551d13, 2.5.29.19",
        "0601 27, 0.39",
        "0602 8837, 2.999",
        "0610 6984808080808080808080808080e039, 2.25.1267650600228229401496703217721",
    })
    void oid_strict_dotted(String hex, String expected) throws DerException {
        assertThat(reader(hex).oid()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "0301 01", "0302 0801", "0302 0101", "0302 07c0", "0302 ff00"})
    void bitString_badPadding_refused(String hex) {
        refuses(hex, DerReader::bitString);
        refuses(hex, DerReader::octetsOfBitString);
        refuses(hex, DerReader::requireStrict);
    }

    @Test
    void octetsOfBitString_unusedBits_refused() throws DerException {
        refuses("0302 0780", DerReader::octetsOfBitString);
        assertThat(reader("0302 0780").bitString()).containsExactly(7, 0x80);
        assertThat(reader("0303 000102").octetsOfBitString()).containsExactly(1, 2);
        assertThat(reader("0301 00").octetsOfBitString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "23, 2701010000Z", // no seconds
        "23, 270101000000",
        "23, 270101000000+0100",
        "23, 2701010000:0Z",
        "23, +70101000000Z",
        "23, 270230000000Z",
        "23, 270101240000Z",
        "23, 261231235960Z",
        "24, 20490101000000Z", // UTCTime until 2049
        "24, 20510101000000.5Z",
        "24, 20510229000000Z",
        "22, 270101000000Z", // another type
    })
    void time_notOfRfc5280_refused(int tag, String text) {
        refuses(element(tag, text).hex(), DerReader::time);
    }

    @ParameterizedTest
    @CsvSource({
        "23, 491231235959Z, 2049-12-31T23:59:59Z",
        "23, 500101000000Z, 1950-01-01T00:00:00Z",
        "24, 20520229000000Z, 2052-02-29T00:00:00Z",
        "24, 99991231235959Z, 9999-12-31T23:59:59Z",
    })
    void time_ofRfc5280_read(int tag, String text, Instant expected) throws DerException {
        assertThat(reader(element(tag, text).hex()).time()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2402 0400", // a string in pieces
                "3002 0500 00", // end of contents
                "0501 00",
                "3004 3002 0200", // deep
                "a003 010101",
                "3003 0400",
            })
    void requireStrict_berAnywhere_refused(String hex) {
        refuses(hex, DerReader::requireStrict);
    }

    @Test
    void requireStrict_moreThan16Levels_refused() throws DerException {
        Bytes nested = Bytes.fromHex("0500");
        for (int i = 0; i < 16; i++) {
            nested = DerWriter.element(DerReader.SEQUENCE, nested);
        }
        DerReader.of(nested.toByteArray()).requireStrict();

        refuses(DerWriter.element(DerReader.SEQUENCE, nested).hex(), DerReader::requireStrict);
    }

    @Test
    void finish_somethingLeft_refused() {
        refuses("0500 00", reader -> {
            reader.enter(DerReader.NULL);
            reader.finish();
        });
    }

    private static Bytes element(int tag, String text) {
        return DerWriter.element(tag, Bytes.of(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }
}
