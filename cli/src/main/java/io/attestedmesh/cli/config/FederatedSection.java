package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.secure.SecurePlan;
import io.attestedmesh.federated.server.RoundSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code [federated]}: rounds of federated learning, as their server sees them.
 *
 * @param folder where the rounds are kept
 * @param initial the parameters of the beginning; without them a participant gives its own
 * @param weights whether each round is also written as one NumPy array
 * @param settings how rounds go
 * @param ruleName how updates become the next model
 * @param ruleParameters what the rule is to be told
 * @param mostClients connected at once
 * @param transfers models sent at once, and as many received
 * @param messageBytes of the largest message
 * @param flowerTls where clients come to that prove nothing by their connection
 * @param flowerCertificate what they see there
 * @param flowerKey its key
 * @param local where programs of this machine come to, such as the end of a tunnel, without TLS
 * @param localProxyHeader whether what comes there begins with the header of a tunnel that says who it is
 * @param secure how updates are summed that nobody sees, if they are
 * @param gossip this node as one that learns by gossip, if it is one
 */
public record FederatedSection(
        Path folder,
        Optional<Path> initial,
        boolean weights,
        RoundSettings settings,
        String ruleName,
        Map<String, Double> ruleParameters,
        int mostClients,
        int transfers,
        int messageBytes,
        Optional<Address> flowerTls,
        Optional<Path> flowerCertificate,
        Optional<Path> flowerKey,
        Optional<Address> local,
        boolean localProxyHeader,
        Optional<SecurePlan> secure,
        Optional<GossipSection> gossip) {
    private static final int MOST_ROUNDS = 1_000_000;
    private static final int MOST_CLIENTS = 100_000;
    private static final Pattern ENTRY = Pattern.compile("(?:([0-9]{1,6}):)?([^:=]{1,100})=(.*)");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern REAL = Pattern.compile("-?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]{1,3})?");

    /** Empty if nothing is said about it. */
    static Optional<FederatedSection> read(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        RoundSettings settings = settings(section);
        FederatedSection federated = new FederatedSection(
                section.path("folder").orElse(Path.of("rounds")),
                section.path("initial"),
                section.flag("weights-npy"),
                settings,
                section.text("rule").orElse("fedavg"),
                ruleParameters(section),
                section.integer("most-clients", 1, MOST_CLIENTS).orElse(1000),
                section.integer("transfers", 1, MOST_CLIENTS).orElse(4),
                section.integer("message-bytes", 1 << 16, Integer.MAX_VALUE).orElse(512 << 20),
                section.address("insecure-flower-tls"),
                section.path("flower-certificate"),
                section.path("flower-key"),
                section.address("local"),
                section.flag("local-proxy-header"),
                SecureSection.read(section, settings.minFitClients()),
                GossipSection.read(section));
        federated.refuseIncomplete(section);
        federated.refuseUnknownRule(section);
        federated.refuseInsecure(section);
        section.refuseUnknownKeys();
        return Optional.of(federated);
    }

    private void refuseIncomplete(Section section) throws CommandException {
        if (flowerTls.isPresent() != flowerCertificate.isPresent() || flowerTls.isPresent() != flowerKey.isPresent()) {
            throw section.wrong(
                    "insecure-flower-tls",
                    "needs flower-certificate and flower-key",
                    "give all three of them, or none");
        }
        if (localProxyHeader && local.isEmpty()) {
            throw section.wrong("local-proxy-header", "needs local", "say local = \"127.0.0.1:PORT\" too");
        }
        if (local.isPresent() && !local.get().isLoopback()) {
            throw section.wrong(
                    "local",
                    "is not on loopback",
                    "what comes there is not encrypted: say 127.0.0.1:PORT, and lead a tunnel to it");
        }
    }

    /** What cannot be had from a sum, and ways around it. */
    private void refuseInsecure(Section section) throws CommandException {
        if (secure.isEmpty()) {
            return;
        }
        if (!newRule().takesPartial()) {
            throw section.wrong(
                    "rule",
                    ruleName + " looks at single updates, and with secure = true there is only their sum",
                    "take a rule over the mean, such as fedavg, or leave out secure");
        }
        if (flowerTls.isPresent() || local.isPresent()) {
            throw section.wrong(
                    flowerTls.isPresent() ? "insecure-flower-tls" : "local",
                    "stands beside secure = true, and who comes there is no party and gives its update in clear",
                    "leave out one of the two");
        }
        if (gossip.isPresent()) {
            throw section.wrong(
                    "gossip-address",
                    "stands beside secure = true, and gossip gives updates to its neighbours",
                    "leave out one of the two");
        }
    }

    private static RoundSettings settings(Section section) throws CommandException {
        RoundSettings usual =
                RoundSettings.of(section.integer("rounds", 1, MOST_ROUNDS).orElse(3));
        int fit = section.integer("min-fit-clients", 1, MOST_CLIENTS).orElse(SecureSection.leastClients(section));
        int evaluate = section.integer("min-evaluate-clients", 1, MOST_CLIENTS).orElse(usual.minEvaluateClients());
        Map<Integer, Map<String, Scalar>> config = config(section);
        try {
            return new RoundSettings(
                    usual.rounds(),
                    number(section, "fraction-fit").orElse(usual.fractionFit()),
                    number(section, "fraction-evaluate").orElse(usual.fractionEvaluate()),
                    fit,
                    evaluate,
                    section.integer("min-available-clients", 1, MOST_CLIENTS).orElse(Math.max(fit, evaluate)),
                    section.duration("patience").orElse(usual.patience()),
                    section.duration("fit-timeout").orElse(usual.fitTimeout()),
                    section.duration("evaluate-timeout").orElse(usual.evaluateTimeout()),
                    !section.flag("refuse-failures"),
                    round -> ofRound(config, round));
        } catch (IllegalArgumentException e) {
            throw section.wrong("is contradictory:", e.getMessage(), "docs/configuration.md says what belongs there");
        }
    }

    static Optional<Double> number(Section section, String key) throws CommandException {
        Optional<String> text = section.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!REAL.matcher(text.get()).matches()) {
            throw section.wrong(key, "is not a number", "write " + key + " = \"0.5\"");
        }
        return Optional.of(Double.valueOf(text.get()));
    }

    /** By the round from which on an entry holds. */
    private static Map<Integer, Map<String, Scalar>> config(Section section) throws CommandException {
        Map<Integer, Map<String, Scalar>> config = new TreeMap<>();
        for (String text : section.texts("config")) {
            Matcher entry = ENTRY.matcher(text);
            if (!entry.matches()) {
                throw section.wrong(
                        "config",
                        "has an entry that is not NAME=VALUE",
                        "write config = [\"epochs=1\", \"10:learning_rate=0.01\"], the latter from round 10 on");
            }
            int from = entry.group(1) == null ? 0 : Integer.parseInt(entry.group(1));
            config.computeIfAbsent(from, any -> new LinkedHashMap<>()).put(entry.group(2), scalar(entry.group(3)));
        }
        return config;
    }

    private static Map<String, Scalar> ofRound(Map<Integer, Map<String, Scalar>> config, int round) {
        Map<String, Scalar> all = new LinkedHashMap<>();
        config.forEach((from, entries) -> {
            if (from <= round) {
                all.putAll(entries);
            }
        });
        return all;
    }

    private static Scalar scalar(String text) {
        if (WHOLE.matcher(text).matches()) {
            return new Scalar.Whole(Long.parseLong(text));
        }
        if (REAL.matcher(text).matches()) {
            return new Scalar.Real(Double.parseDouble(text));
        }
        return text.equals("true") || text.equals("false")
                ? new Scalar.Flag(Boolean.parseBoolean(text))
                : new Scalar.Text(text);
    }

    /** One that remembers nothing yet. */
    public AggregationRule newRule() {
        return Rules.of(ruleName, ruleParameters);
    }

    private static Map<String, Double> ruleParameters(Section section) throws CommandException {
        Map<String, Double> parameters = new LinkedHashMap<>();
        for (String text : section.texts("rule-parameters")) {
            Matcher entry = ENTRY.matcher(text);
            if (!entry.matches() || !REAL.matcher(entry.group(3)).matches()) {
                throw section.wrong(
                        "rule-parameters",
                        "has an entry that is not NAME=NUMBER",
                        "write rule-parameters = [\"f=1\", \"m=3\"]");
            }
            parameters.put(entry.group(2), Double.valueOf(entry.group(3)));
        }
        return parameters;
    }

    private void refuseUnknownRule(Section section) throws CommandException {
        try {
            int least = newRule().leastUpdates();
            if (least > settings.minFitClients() && gossip.isEmpty()) {
                throw section.wrong(
                        "rule",
                        ruleName + " needs " + least + " updates a round, and min-fit-clients is "
                                + settings.minFitClients(),
                        "set min-fit-clients = " + least + " or more");
            }
        } catch (IllegalArgumentException e) {
            throw section.wrong("rule", "is not usable: " + e.getMessage(), NearestName.hint(ruleName, Rules.names()));
        }
    }
}
