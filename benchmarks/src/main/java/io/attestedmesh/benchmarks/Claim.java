package io.attestedmesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A figure that docs/performance.md states, and the bound that it is held to.
 *
 * @param title for people
 * @param value dimensionless, or of the unit that the title names
 * @param bound absent where the figure is reported only
 * @param smallerIsBetter whether the bound is an upper one
 */
record Claim(String title, double value, Optional<Double> bound, boolean smallerIsBetter) {
    private static final double MICROSECONDS = 1e6;
    private static final List<String> ENGINES = List.of("conscrypt", "bcjsse", "boringssl", "jdk");

    boolean met() {
        return bound.isEmpty() || (smallerIsBetter ? value <= bound.get() : value >= bound.get());
    }

    /** All claims whose measurements are there. */
    static List<Claim> of(Measurements measured) {
        List<Claim> claims = new ArrayList<>();
        verification(measured, claims);
        ENGINES.forEach(engine -> handshakes(measured, engine, claims));
        sessions(measured, claims);
        ENGINES.forEach(engine -> calls(measured, engine, claims));
        loading(measured, claims);
        lookUp(measured, claims);
        ENGINES.forEach(engine -> reloads(measured, engine, claims));
        bridge(measured, claims);
        ENGINES.forEach(engine -> tunnels(measured, engine, claims));
        aggregation(measured, claims);
        return claims;
    }

    private static void verification(Measurements measured, List<Claim> claims) {
        String five = "VerificationBenchmark.fiveSignatures";
        if (measured.has(five)) {
            claims.add(atMost(
                    "fresh document ÷ 5 P-384 verifications",
                    measured.ratio("VerificationBenchmark.freshDocument", five),
                    1.25));
            claims.add(atMost(
                    "CA chain known ÷ 2 P-384 verifications",
                    measured.ratio("VerificationBenchmark.knownIssuers", five) * 5 / 2,
                    1.3));
            claims.add(reported(
                    "leaf known too ÷ 1 P-384 verification",
                    measured.ratio("VerificationBenchmark.knownLeaf", five) * 5));
        }
        String again = "KnownPeerBenchmark.sameCertificateAgain";
        if (measured.has(again)) {
            claims.add(atMost("same certificate again, µs", measured.median(again), 25));
        }
    }

    private static void handshakes(Measurements measured, String engine, List<Claim> claims) {
        String prefix = "HandshakeBenchmark.handshake/" + engine + "/";
        if (measured.has(prefix + "PLAIN")) {
            claims.add(atLeast(
                    engine + ": handshakes, attested and known ÷ plain",
                    measured.ratio(prefix + "ATTESTED_KNOWN", prefix + "PLAIN"),
                    0.85));
            claims.add(reported(
                    engine + ": handshakes, attested and known ÷ TLS that checks no certificate",
                    measured.ratio(prefix + "ATTESTED_KNOWN", prefix + "UNCHECKED")));
            claims.add(reported(
                    engine + ": handshakes, attested and never seen ÷ plain",
                    measured.ratio(prefix + "ATTESTED_NEW", prefix + "PLAIN")));
        }
    }

    private static void sessions(Measurements measured, List<Claim> claims) {
        String prefix = "SessionBenchmark.";
        String certificate = prefix + "handshake/CERTIFICATE";
        String session = prefix + "handshake/SESSION";
        if (measured.has(session)) {
            claims.add(reported(
                    "handshakes, evidence in the session ÷ in certificates alone",
                    measured.ratio(session, certificate)));
            claims.add(atLeast(
                    "handshakes with evidence in the session ÷ what 2 P-384 signatures and 2 verifications leave",
                    measured.figure(
                            session,
                            scores -> scores.applyAsDouble(session)
                                    * (1 / scores.applyAsDouble(certificate)
                                            + 2 / scores.applyAsDouble(prefix + "signature")
                                            + 2 / scores.applyAsDouble(prefix + "check"))),
                    0.8));
            claims.add(reported(
                    "of a session: both documents, µs", 2 * MICROSECONDS / measured.median(prefix + "document")));
            claims.add(reported(
                    "of a session: both verifications, µs",
                    2 * MICROSECONDS / measured.median(prefix + "verification")));
            claims.add(reported(
                    "of a session: frames and all else beyond the certificate handshake, µs",
                    measured.figure(
                            session,
                            scores -> MICROSECONDS
                                    * (1 / scores.applyAsDouble(session)
                                            - 1 / scores.applyAsDouble(certificate)
                                            - 2 / scores.applyAsDouble(prefix + "document")
                                            - 2 / scores.applyAsDouble(prefix + "verification")))));
        }
    }

    private static void calls(Measurements measured, String engine, List<Claim> claims) {
        for (String size : List.of("1024", "1048576")) {
            String prefix = "CallBenchmark.unary/" + engine + "/";
            if (measured.has(prefix + "ATTESTED/" + size)) {
                claims.add(atLeast(
                        engine + ": unary calls of " + size + " bytes, attested ÷ plain",
                        measured.ratio(prefix + "ATTESTED/" + size, prefix + "PLAIN/" + size),
                        0.97));
            }
        }
    }

    private static void loading(Measurements measured, List<Claim> claims) {
        for (ListLoadingBenchmark.Keys keys : ListLoadingBenchmark.Keys.values()) {
            String load = "ListLoadingBenchmark.load/" + keys;
            if (measured.has(load)) {
                String signatures = "ListLoadingBenchmark.fiveSignatures/" + keys;
                String of = "list of 10,000 releases, 5 signatures, " + keys + ": ";
                claims.add(reported(of + "loading, ms", measured.median(load) / 1000));
                claims.add(atLeast(
                        of + "verifying signatures ÷ loading",
                        measured.ratio("ListLoadingBenchmark.requireThreshold/" + keys, load),
                        0.5));
                claims.add(reported(
                        of + "signatures of bytes that lie ready ÷ loading", measured.ratio(signatures, load)));
                claims.add(reported(
                        of + "hashing ÷ signatures of bytes that lie ready",
                        measured.ratio("ListLoadingBenchmark.fiveHashes/" + keys, signatures)));
                claims.add(reported(
                        of + "read, not verified ÷ loading",
                        measured.ratio("ListLoadingBenchmark.readOnly/" + keys, load)));
            }
        }
    }

    private static void lookUp(Measurements measured, List<Claim> claims) {
        String large = "LookUpBenchmark.releaseOf/10000";
        if (measured.has(large)) {
            claims.add(atMost("look-up among 10,000 releases, µs", measured.median(large) / 1000, 1));
            claims.add(reported(
                    "look-up among 10,000 releases ÷ hash table",
                    measured.ratio(large, "LookUpBenchmark.hashTable/10000")));
            claims.add(reported(
                    "look-up among 10,000 releases ÷ among 10", measured.ratio(large, "LookUpBenchmark.releaseOf/10")));
        }
    }

    private static void reloads(Measurements measured, String engine, List<Claim> claims) {
        String prefix = "ReloadBenchmark.handshake/";
        String here = prefix + "HERE/" + engine;
        if (measured.has(here)) {
            claims.add(atLeast(
                    engine + ": handshakes, reloads here ÷ reloads elsewhere",
                    measured.ratio(here, prefix + "ELSEWHERE/" + engine),
                    0.95));
            claims.add(reported(
                    engine + ": handshakes, reloads here ÷ nothing beside",
                    measured.ratio(here, prefix + "NOTHING/" + engine)));
        }
    }

    private static void bridge(Measurements measured, List<Claim> claims) {
        String bare = "BridgeBenchmark.transfer/BARE";
        if (measured.has(bare)) {
            String bridge = "BridgeBenchmark.transfer/BRIDGE";
            claims.add(atLeast("Unix sockets, bridge ÷ bare copy loop", measured.ratio(bridge, bare), 0.8));
            claims.add(reported("bridge, MB/s", measured.median(bridge) * BridgeBenchmark.BYTES / 1_000_000));
            claims.add(reported("bare copy loop, MB/s", measured.median(bare) * BridgeBenchmark.BYTES / 1_000_000));
        }
    }

    private static void tunnels(Measurements measured, String engine, List<Claim> claims) {
        String tunnel = "TunnelBenchmark.transfer/TUNNEL/" + engine;
        if (measured.has(tunnel)) {
            claims.add(atLeast(
                    engine + ": tunnel ÷ plain TLS proxies, bytes both ways",
                    measured.ratio(tunnel, "TunnelBenchmark.transfer/PLAIN/" + engine),
                    0.85));
            claims.add(reported(
                    engine + ": tunnel, MB/s each way", measured.median(tunnel) * TunnelBenchmark.BYTES / 1_000_000));
        }
        echo(measured, engine, "", "p50", claims);
        echo(measured, engine, Measurements.P99, "p99", claims);
    }

    private static void echo(
            Measurements measured, String engine, String suffix, String percentile, List<Claim> claims) {
        String tunnel = "EchoBenchmark.echo/TUNNEL/" + engine + suffix;
        if (measured.has(tunnel)) {
            claims.add(atMost(
                    engine + ": tunnel ÷ plain TLS proxies, echo of 1 KiB, " + percentile,
                    measured.ratio(tunnel, "EchoBenchmark.echo/PLAIN/" + engine + suffix),
                    1.2));
        }
    }

    private static void aggregation(Measurements measured, List<Claim> claims) {
        String round = "FedAvgBenchmark.fedAvg";
        if (measured.has(round)) {
            double copies = measured.ratio("FedAvgBenchmark.copy", round) / FedAvgBenchmark.MODELS_COPIED;
            claims.add(atLeast(
                    "FedAvg of 10 updates of 100 MB, bytes a second ÷ a copy loop's",
                    copies * FedAvgBenchmark.MODELS_MOVED,
                    0.6));
            claims.add(reported("the same, of updates and mean alone", copies * FedAvgBenchmark.MODELS_MOVED_AT_LEAST));
            claims.add(atMost(
                    "FedAvg of 10 updates of 100 MB, all that is allocated on the heap, in models",
                    measured.allocation(round) / FedAvgBenchmark.MODEL_BYTES,
                    2.5));
        }
    }

    private static Claim atMost(String title, double value, double bound) {
        return new Claim(title, value, Optional.of(bound), true);
    }

    private static Claim atLeast(String title, double value, double bound) {
        return new Claim(title, value, Optional.of(bound), false);
    }

    private static Claim reported(String title, double value) {
        return new Claim(title, value, Optional.empty(), false);
    }
}
