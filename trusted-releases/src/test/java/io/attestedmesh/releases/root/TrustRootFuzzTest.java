package io.attestedmesh.releases.root;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a root that is written as it was read, or the one exception with a line of plain text. */
class TrustRootFuzzTest {
    static Stream<byte[]> roots() {
        LogTrust log = new LogTrust("o", List.of(Roots.logKey("o")), List.of(Roots.witnessKey("w")), 1);
        return Stream.of(Roots.root(1, 2, Roots.ALICE, Roots.BOB, Roots.CAROL), Roots.with(log))
                .map(root -> root.encode().toByteArray());
    }

    @MethodSource("roots")
    @FuzzTest
    void root_isReadAsItIsWritten_orMalformed(byte[] input) throws MalformedReleasesException {
        TrustRoot read;
        try {
            read = TrustRoot.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage())
                    .startsWith("trust root")
                    .hasSizeLessThan(600)
                    .matches("[ -~]+");
            return;
        }
        assertThat(TrustRoot.parse(read.encode())).isEqualTo(read);
    }
}
