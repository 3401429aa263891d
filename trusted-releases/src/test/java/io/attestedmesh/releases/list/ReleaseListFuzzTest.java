package io.attestedmesh.releases.list;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a list that is written as it was read, or the one exception with a line of plain text. */
class ReleaseListFuzzTest {
    static Stream<byte[]> lists() {
        return Stream.of(Lists.of(), Lists.of(Lists.full(), Lists.release("2.0.0")))
                .map(list -> list.encode().toByteArray());
    }

    @MethodSource("lists")
    @FuzzTest
    void list_isReadAsItIsWritten_orMalformed(byte[] input) throws MalformedReleasesException {
        ReleaseList read;
        try {
            read = ReleaseList.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage())
                    .startsWith("release list")
                    .hasSizeLessThan(400)
                    .matches("[ -~]+");
            return;
        }
        assertThat(ReleaseList.parse(read.encode())).isEqualTo(read);
    }
}
