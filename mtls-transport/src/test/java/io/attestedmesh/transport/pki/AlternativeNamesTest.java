package io.attestedmesh.transport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlternativeNamesTest {
    @Test
    void of_mixedCaseAndDuplicates_areNormalised() throws Exception {
        AlternativeNames names =
                AlternativeNames.of(List.of("A.Example.org", "a.example.org"), List.of("::1", "0:0:0:0:0:0:0:1"));
        assertThat(names.dnsNames()).containsExactly("a.example.org");
        assertThat(names.addresses()).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(names).hasToString("DNS:a.example.org, IP:0:0:0:0:0:0:0:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "a.b", "xn--bcher-kva.example", "1.example", "a--b.example", "*.example.org"})
    void dns_name_isAccepted(String name) throws Exception {
        assertThat(AlternativeNames.dns(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "-a.example",
                "a-.example",
                "a_b.example",
                "a b",
                "bücher.example",
                "*",
                "*.org",
                "a.*.org",
                "a*.example.org",
                "*.*.example.org",
                "192.0.2.1",
                "1.2",
                "a/../b",
                "a\nb",
                "a\u0000.example",
                "0123456789012345678901234567890123456789012345678901234567890123.example"
            })
    void dns_whatIsNone_isRefused(String name) {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> AlternativeNames.of(List.of(name), List.of("127.0.0.1")))
                .withMessageStartingWith("not a DNS name: ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void dns_tooLong_isRefused() {
        String name = String.join(".", Collections.nCopies(127, "aa"));
        assertThatExceptionOfType(PkiException.class).isThrownBy(() -> AlternativeNames.dns(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1.2.3", "1.2.3.256", "1.2.3.4.5", "01.2.3.4.", "localhost", "::1%eth0", ":::", "1.2.3.4/8"})
    void address_whatIsNone_isRefusedWithoutALookUp(String address) {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> AlternativeNames.of(List.of(), List.of(address)))
                .withMessageStartingWith("not an IP address: ");
    }

    @Test
    void of_nothing_isRefused() {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> AlternativeNames.of(List.of(), List.of()))
                .withMessage("a certificate without a name is good for nothing");
    }

    @Test
    void of_wildcardAlone_isRefused() {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> AlternativeNames.of(List.of("*.example.org"), List.of()))
                .withMessage("a wildcard is not an identity");
    }

    @Test
    void of_tooMany_isRefused() {
        List<String> many = IntStream.rangeClosed(0, 100)
                .mapToObj(i -> "n" + i + ".example")
                .toList();
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> AlternativeNames.of(many, Set.of()))
                .withMessageContaining("more than 100");
    }
}
