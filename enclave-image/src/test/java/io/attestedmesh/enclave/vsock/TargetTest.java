package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"a:1", "kms.eu-west-1.amazonaws.com:443", "10.0.0.1:65535", "[::1]:7443", "[::ffff:10.0.0.1]:1"})
    void parse_hostAndPort_isSaidTheSameWay(String text) {
        assertThat(Target.parse(text).map(Target::toString)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "a",
                "a:",
                "a:0",
                "a:01",
                "a:65536",
                "a:99999",
                "a:1 ",
                " a:1",
                "a.:1",
                ".a:1",
                "-a:1",
                "::1:1",
                "[]:1",
                "[:]:1",
                "[::1]",
                "[::1:1",
                "[1234]:1",
                "[10.0.0.1]:1",
                "[b818.]:8443",
                "[::1%lo]:1",
                "[a.example]:1",
                "a/b:1",
                "a:1\n",
                "\u00e9:1"
            })
    void parse_anythingElse_isNothing(String text) {
        assertThat(Target.parse(text)).isEmpty();
    }
}
