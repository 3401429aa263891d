package io.attestedmesh.federated.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
    private static final Map<String, Double> NEEDED = Map.of("fedprox", 0.1, "krum", 1.0, "multi-krum", 1.0);

    @Test
    void everyName_makesARuleOfThatName() {
        for (String name : Rules.names()) {
            Map<String, Double> parameters = new TreeMap<>();
            if (NEEDED.containsKey(name)) {
                parameters.put(name.equals("fedprox") ? "mu" : "f", NEEDED.get(name));
            }
            assertThat(Rules.of(name, parameters).name()).isEqualTo(name);
        }
    }

    @Test
    void unknownName_isRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Rules.of("fedavgg", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fedavg, fedavgm, fedmedian");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fedavg | f | 1 | fedavg has no parameter f, nor any other",
                "fedadagrad | beta_2 | 0.9 | fedadagrad has no parameter beta_2, but [beta_1, eta, eta_l, tau]",
                "krum | m | 2 | krum needs f",
                "krum | F | 2 | krum needs f",
                "fedprox | nu | 2 | fedprox needs mu",
                "krum | f | 1.5 | krum: f is 1.5, and must be a whole number from 0",
                "krum | f | -1 | f is -1.0, and must be a whole number",
                "krum | f | NaN | f is NaN",
                "krum | f | 1e9 | f is 1.0E9",
                "trimmed-mean | f | -2 | f is -2.0",
                "trimmed-mean | beta | 0.5 | beta is 0.5, and must be a number from 0 on, below 0.5",
                "trimmed-mean | beta | -0.1 | beta is -0.1",
                "fedavgm | momentum | 1 | momentum is 1.0, and must be a number from 0 on, below 1",
                "fedavgm | learning_rate | 0 | learning_rate is 0.0, and must be a number above 0",
                "fedadam | beta_1 | 1 | beta_1 is 1.0",
                "fedadam | tau | 0 | tau is 0.0, and must be a number above 0",
                "fedyogi | eta | Infinity | eta is Infinity",
                "fedprox | mu | -1 | mu is -1.0, and must be a number from 0.0 on"
            })
    void wrongParameter_isRefusedByName(String rule, String parameter, double value, String message) {
        Map<String, Double> parameters = Map.of(parameter, value);
        assertThatThrownBy(() -> Rules.of(rule, parameters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void trimmedMeanByNumberAndShare_isRefused() {
        assertThatThrownBy(() -> Rules.of("trimmed-mean", Map.of("f", 1.0, "beta", 0.1)))
                .hasMessageContaining("no parameter beta, but [f]");
    }

    @Test
    void multiKrumThatChoosesNone_isRefused() {
        assertThatThrownBy(() -> Rules.of("multi-krum", Map.of("f", 1.0, "m", 0.0)))
                .hasMessageContaining("m is 0.0, and must be a whole number from 1");
    }
}
