package io.attestedmesh.releases.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.Function;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** What is written is read as it was; bytes have one text only. */
class CodecPropertiesTest {
    private static final int MAX = 10_000;

    @Property
    void bytes_areReadAsTheyWereWritten(@ForAll @Size(max = 200) byte[] value) throws Exception {
        Bytes bytes = Bytes.of(value);

        assertRead(bytes, out -> out.hex(bytes), in -> in.hex(value.length));
        assertRead(bytes, out -> out.base64(bytes), in -> in.base64(200));
        assertRead(bytes, out -> out.base64url(bytes), in -> in.base64url(200));
    }

    @Property
    void base64_withOneCharacterChanged_isOtherBytesOrNone(
            @ForAll @Size(min = 1, max = 20) byte[] value, @ForAll int place, @ForAll char other) {
        StringBuilder text = new StringBuilder(Base64.getEncoder().encodeToString(value));
        int at = Math.floorMod(place, text.length());
        boolean same = text.charAt(at) == other;
        text.setCharAt(at, other);

        try {
            assertThat(Encodings.base64(text.toString()).equals(Bytes.of(value)))
                    .isEqualTo(same);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("not (canonical )?base64");
        }
    }

    @Property
    void base64_isReadExactlyIfItIsWrittenSo(
            @ForAll @StringLength(max = 12) @Chars({'A', 'B', 'Q', 'g', '=', '-', '+'}) String text) {
        assertThat(reads(text, Encodings::base64))
                .isEqualTo(isCanonical(text, Base64.getDecoder(), Base64.getEncoder()));
        assertThat(reads(text, Encodings::base64url))
                .isEqualTo(isCanonical(
                        text, Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding()));
    }

    private static boolean reads(String text, Function<String, Bytes> decoding) {
        try {
            return decoding.apply(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isCanonical(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        try {
            return encoder.encodeToString(decoder.decode(text)).equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Property
    void time_isReadAsItWasWritten(@ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long second)
            throws Exception {
        Instant time = Instant.ofEpochSecond(second);

        assertRead(time, out -> out.instant(time), JsonReader::instant);
    }

    @Property
    void integer_isReadAsItWasWritten(@ForAll @LongRange(min = 0) long value) throws Exception {
        assertRead(value, out -> out.integer(value), in -> in.integer(0, Long.MAX_VALUE));
    }

    @Property
    void text_isReadAsItWasWritten(@ForAll @StringLength(max = 100) String text) throws Exception {
        Assume.that(text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE));

        assertRead(text, out -> out.text(text), in -> in.text(100));
    }

    private static <T> void assertRead(T value, Consumer<JsonWriter> content, JsonReader.Format<T> format)
            throws MalformedReleasesException {
        T read = JsonReader.read("test", JsonWriter.document(content), MAX, format);

        assertThat(read).isEqualTo(value);
    }
}
