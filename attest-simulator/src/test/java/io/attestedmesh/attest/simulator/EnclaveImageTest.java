package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class EnclaveImageTest {
    /** The value that every real image with an empty application ramdisk has. */
    private static final String EMPTY_APPLICATION_PCR2 =
            "21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c10edb30948c90ba67310f7b964fc500a";

    @Test
    void pcr2_ofEmptyApplication_isTheKnownValue() {
        assertThat(EnclaveImage.of("empty", Bytes.EMPTY).pcr2().hex()).isEqualTo(EMPTY_APPLICATION_PCR2);
    }

    @Test
    void pcr0_ofSections_extendsZeroByTheDigestOfTheirConcatenation() throws Exception {
        EnclaveImage image = EnclaveImage.measured("parts", text("kern"), text("cmd"), text("init"), text("app"));

        assertThat(image.pcr0()).isEqualTo(extendOfZero(sha384("kerncmdinitapp")));
        assertThat(image.pcr1()).isEqualTo(extendOfZero(sha384("kerncmdinit")));
        assertThat(image.pcr2()).isEqualTo(extendOfZero(sha384("app")));
    }

    @Test
    void otherContent_changesPcr0AndPcr2AndNotPcr1() {
        EnclaveImage one = EnclaveImage.of("one", text("one"));
        EnclaveImage two = EnclaveImage.of("two", text("two"));

        assertThat(two.pcr0()).isNotEqualTo(one.pcr0());
        assertThat(two.pcr1()).isEqualTo(one.pcr1());
        assertThat(two.pcr2()).isNotEqualTo(one.pcr2());
    }

    @Test
    void signedBy_setsPcr8ToTheExtendOfTheCertificate() throws Exception {
        X509Certificate signer =
                SimulatedNitro.inMemory(Clock.systemUTC(), new SecureRandom()).rootCertificate();

        EnclaveImage signed = EnclaveImage.of("signed", text("code")).signedBy(signer);

        assertThat(signed.pcr8())
                .isEqualTo(extendOfZero(MessageDigest.getInstance("SHA-384").digest(signer.getEncoded())));
        assertThat(EnclaveImage.of("unsigned", text("code")).pcr8().isZero()).isTrue();
    }

    @Test
    void constructor_registerOf32Bytes_isRefused() {
        Bytes full = Bytes.of(new byte[48]);
        Bytes shorter = Bytes.of(new byte[32]);

        assertThatThrownBy(() -> new EnclaveImage("short", full, shorter, full, full))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PCR1 has 32 bytes");
    }

    private static Bytes extendOfZero(byte[] digest) throws Exception {
        MessageDigest sha384 = MessageDigest.getInstance("SHA-384");
        sha384.update(new byte[48]);
        return Bytes.of(sha384.digest(digest));
    }

    private static byte[] sha384(String text) throws Exception {
        return MessageDigest.getInstance("SHA-384").digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Bytes text(String value) {
        return Bytes.of(value.getBytes(StandardCharsets.UTF_8));
    }
}
