package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
    /** From the documentation of Go's package note, as the key in NoteKeyTest. */
    private static final String KNOWN_TEXT =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

    private static final String KNOWN_LINE = "— PeterNeumann "
            + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private static final String KNOWN = KNOWN_TEXT + "\n" + KNOWN_LINE;

    @Test
    void parse_knownNote_isSignedByTheKnownKey() throws Exception {
        NoteKey key = NoteKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        SignedNote note = SignedNote.parse(KNOWN);
        NoteSignature line = note.signatures().get(0);

        assertThat(key.isNamedBy(line)).isTrue();
        assertThat(key.publicKey().verify(StrictText.utf8(note.text()), line.signature()))
                .isTrue();
        assertThat(note.encode()).isEqualTo(KNOWN);
    }

    @Test
    void parse_emptyLinesInTheText_lastOneSeparates() throws Exception {
        SignedNote note = SignedNote.parse("one\n\n\nthree\n\n" + KNOWN_LINE);

        assertThat(note.text()).isEqualTo("one\n\n\nthree\n");
        assertThat(note.encode()).isEqualTo("one\n\n\nthree\n\n" + KNOWN_LINE);
    }

    @Test
    void parse_sameLineTwice_keepsBoth() throws Exception {
        assertThat(SignedNote.parse(KNOWN + KNOWN_LINE).signatures()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n",
                "text",
                "text\n",
                "text\n\n",
                "text\n" + KNOWN_LINE,
                KNOWN_LINE,
                "\n" + KNOWN_LINE,
                KNOWN + "\n",
                KNOWN + "more\n",
                KNOWN_TEXT + "\n\ufeff" + KNOWN_LINE,
                "te\rxt\n\n" + KNOWN_LINE,
                "te\u0000xt\n\n" + KNOWN_LINE,
                "te\txt\n\n" + KNOWN_LINE,
                "te\ud800xt\n\n" + KNOWN_LINE,
            })
    void parse_notANote_isMalformed(String note) {
        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> SignedNote.parse(note));
    }

    @Test
    void parse_lastLineFeedMissing_isMalformed() {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> SignedNote.parse(KNOWN.substring(0, KNOWN.length() - 1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "- name AAAAAAA=|a hyphen",
                "–  name AAAAAAA=|an en dash",
                "—name AAAAAAA=|no space",
                "— name|no signature",
                "— name |an empty signature",
                "—  AAAAAAA=|no name",
                "— na me AAAAAAA=|a space in the name",
                "— na+me AAAAAAA=|a plus in the name",
                "— name AAAAAA==|only an id",
                "— name AAAA|three bytes",
                "— name AAAAAAB=|bits that carry nothing",
                "— name AAAAAAA|no padding",
                "— name AAAA-AA=|the other alphabet",
                "— name AAA AAAA=|a space inside",
                "— name AAAAAAA= |a space at the end",
                " — name AAAAAAA=|a space at the beginning",
            })
    void parse_signatureLineThatIsNone_isMalformed(String line, String why) {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .as(why)
                .isThrownBy(() -> SignedNote.parse(KNOWN + line + "\n"));
    }

    @Test
    void parse_100Signatures_areTheMost() throws Exception {
        assertThat(SignedNote.parse("text\n\n" + KNOWN_LINE.repeat(100)).signatures())
                .hasSize(100);
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> SignedNote.parse("text\n\n" + KNOWN_LINE.repeat(101)))
                .withMessageContaining("100");
    }

    @Test
    void parse_64KiB_isTheMost() throws Exception {
        int rest = SignedNote.MAX_BYTES - StrictText.utf8("\n\n" + KNOWN_LINE).size();
        String longest = "x".repeat(rest) + "\n\n" + KNOWN_LINE;

        assertThat(SignedNote.parse(StrictText.utf8(longest)).text()).hasSize(rest + 1);
        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> SignedNote.parse("x" + longest));
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> SignedNote.parse(StrictText.utf8("x" + longest)));
    }

    @Test
    void parse_notUtf8_isMalformed() {
        byte[] latin1 = ("Grüße\n\n" + KNOWN_LINE.replace('—', '-')).getBytes(StandardCharsets.ISO_8859_1);

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> SignedNote.parse(Bytes.of(latin1)))
                .withMessageContaining("UTF-8");
    }

    @Test
    void with_signatureOfTheSameKey_takesItsPlace() throws Exception {
        NoteSigner log = signer("log");
        NoteSigner witness = signer("witness");
        Checkpoint checkpoint = Logs.checkpoint(3);
        SignedNote note = new SignedNote(checkpoint.text(), List.of(log.sign(checkpoint)))
                .with(witness.cosign(checkpoint, Logs.NOW))
                .with(log.cosign(checkpoint, Logs.NOW));
        NoteSignature newer = witness.cosign(checkpoint, Logs.NOW.plusSeconds(60));

        assertThat(note.signatures()).hasSize(3);
        assertThat(note.with(newer).signatures())
                .containsExactly(note.signatures().get(0), note.signatures().get(2), newer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no line feed", "contr\u0001l\n", "half \udc00\n"})
    void newNote_textThatIsNone_isRefused(String text) {
        List<NoteSignature> signatures = List.of(signer("log").sign(Logs.checkpoint(1)));

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new SignedNote(text, signatures));
    }

    @Test
    void newNote_noSignature_isRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new SignedNote("text\n", List.of()));
    }
}
