package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an enclave sends: a target, more bytes wanted, or {@link MalformedTargetException}. */
class TargetHeaderFuzzTest {
    static Stream<byte[]> headers() {
        return Stream.of("kms.eu-west-1.amazonaws.com:443", "[2001:db8::1]:8443", "a:1", "10.0.0.1:65535")
                .map(text ->
                        TargetHeader.encode(Target.parse(text).orElseThrow()).toByteArray());
    }

    @MethodSource("headers")
    @FuzzTest
    void take_readsTheSameInAnyPieces(byte[] input) {
        Optional<Target> whole = read(input, Integer.MAX_VALUE);
        assertThat(read(input, 1)).isEqualTo(whole);
        whole.ifPresent(target -> {
            byte[] again = TargetHeader.encode(target).toByteArray();
            assertThat(read(again, 3)).contains(target);
            assertThat(again.length).isLessThanOrEqualTo(2 + Target.LONGEST);
        });
    }

    private static Optional<Target> read(byte[] input, int piece) {
        TargetHeader header = new TargetHeader();
        int at = 0;
        try {
            while (at < input.length) {
                int count = Math.min(Math.min(piece, header.missing()), input.length - at);
                Optional<Target> target = header.take(Arrays.copyOfRange(input, at, at + count));
                at += count;
                if (target.isPresent()) {
                    return target;
                }
            }
        } catch (MalformedTargetException e) {
            assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
        }
        return Optional.empty();
    }
}
