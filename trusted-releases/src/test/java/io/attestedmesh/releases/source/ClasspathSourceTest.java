package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ClasspathSourceTest {
    private static final int MAX = 100;

    @Test
    void fetch_ofAName_isTheBytesOfTheProgram() throws IOException {
        String name = ClasspathSourceTest.class.getName().replace('.', '/') + ".class";
        ReleaseSource image = SourceLocation.parse("classpath:" + name).open(SourceSettings.upTo(1 << 20));

        assertThat(image.fetch().content()).matches(bytes -> bytes.startsWith(Bytes.fromHex("cafebabe")));
        assertThat(image.watched()).isEmpty();
    }

    @Test
    void fetch_ofMoreThanTheLimit_fails() {
        String name = ClasspathSourceTest.class.getName().replace('.', '/') + ".class";

        assertThatThrownBy(() -> SourceLocation.parse("classpath:" + name)
                        .open(SourceSettings.upTo(MAX))
                        .fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than 100 bytes");
    }

    @Test
    void fetch_ofAMissingName_fails() {
        assertThatThrownBy(() -> SourceLocation.parse("classpath:no/such.json")
                        .open(SourceSettings.upTo(MAX))
                        .fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not on the class path");
    }
}
