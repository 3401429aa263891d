package io.attestedmesh.enclave.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: an image that keeps every rule, or the one exception. CONTRIBUTING says how to run. */
class ImageFuzzTest {
    @TempDir
    static Path folder;

    static Stream<byte[]> images() {
        return Stream.concat(
                Stream.of(Images.file(Images.plain())),
                HostileImages.all().stream()
                        .map(each -> each.file().toByteArray())
                        .filter(file -> file.length < 4096));
    }

    static Stream<byte[]> signatures() throws Exception {
        KeyPair keys = Images.keys("secp256r1");
        Bytes signature = Images.signature(keys, Images.certificate(keys, "signer"), Bytes.of(new byte[48]));
        return Stream.of(signature.toByteArray());
    }

    @MethodSource("images")
    @FuzzTest
    void image_keepsEveryRuleOrIsRefused(byte[] input) throws Exception {
        EnclaveImage image;
        try {
            image = Images.read(folder, input);
        } catch (MalformedImageException e) {
            assertThat(e.expected()).isNotEmpty();
            assertThat(e.actual()).isNotEmpty();
            return;
        }
        List<Section> sections = image.sections();
        assertThat(sections.get(0).offset()).isEqualTo(ImageHeader.SIZE);
        assertThat(sections.get(sections.size() - 1).end()).isEqualTo(input.length);
        assertThat(Images.withCrc(input.clone())).isEqualTo(input);
        Files.delete(folder.resolve("image.eif"));
    }

    @MethodSource("signatures")
    @FuzzTest
    void signature_encodesToWhatWasReadOrIsRefused(byte[] input) {
        ImageSignature read;
        try {
            read = ImageSignature.parse(Bytes.of(input));
        } catch (MalformedImageException e) {
            return;
        }
        assertThat(read.encode()).isEqualTo(Bytes.of(input));
    }
}
