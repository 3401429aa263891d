package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutlineTest {
    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }

    @Test
    void objects_areIndented_andValuesAligned() {
        assertThat(Outline.of(object("mpc", object("peers", 3, "id", "a", "inner", object("deep", true)))))
                .containsExactly("mpc", "  peers  3", "  id     a", "  inner", "    deep  true");
    }

    @Test
    void listOfObjects_isATable() {
        Object rows = List.of(object("peer", "bob.example", "role", "client"), object("peer", "c", "since", null));
        assertThat(Outline.of(object("sessions", rows)))
                .containsExactly(
                        "sessions",
                        "  peer         role    since",
                        "  bob.example  client  -",
                        "  c            -       -");
    }

    @Test
    void listOfOthers_isALineEach() {
        assertThat(Outline.of(object("failing", List.of("one", 2)))).containsExactly("failing", "  one", "  2");
    }

    @Test
    void nothing_isAHyphen() {
        assertThat(Outline.of(object("a", null, "b", List.of(), "c", Collections.emptyMap())))
                .containsExactly("a  -", "b  -", "c  -");
    }
}
