package io.attestedmesh.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    @ParameterizedTest
    @CsvSource({"'','',0", "abc,abc,0", "'',abc,3", "abc,'',3", "kitten,sitting,3", "ab,ba,2"})
    void distance_countsEdits(String a, String b, int edits) {
        assertThat(NearestName.distance(a, b)).isEqualTo(edits);
    }

    @Test
    void hint_nothingNear_listsWhatThereIs() {
        assertThat(NearestName.hint("zzzzzzzzz", List.of("tls", "node"))).isEqualTo("there are node, tls");
    }
}
