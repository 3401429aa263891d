package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Values that stand above the file: environment variables, and above these {@code --set section.key=value}.
 *
 * @param environment all variables of the process
 * @param settings value by {@code section.key}
 */
public record Overrides(Map<String, String> environment, Map<String, String> settings) {
    /** Nothing but the file counts. */
    public static final Overrides NONE = new Overrides(Map.of(), Map.of());

    /** Reads the options {@code --set}. */
    public static Overrides of(Map<String, String> environment, List<String> options) throws CommandException {
        Map<String, String> settings = new TreeMap<>();
        for (String option : options) {
            int sign = option.indexOf('=');
            if (sign < 1 || option.indexOf('.') < 1 || option.indexOf('.') > sign) {
                throw CommandException.usage(
                        "--set " + option + " sets nothing",
                        "write --set SECTION.KEY=VALUE, say node.listen=127.0.0.1:0");
            }
            settings.put(option.substring(0, sign), option.substring(sign + 1));
        }
        return new Overrides(environment, settings);
    }

    Optional<String> value(String section, String key) {
        String setting = settings.get(section + "." + key);
        return Optional.ofNullable(setting != null ? setting : environment.get(variable(section, key)));
    }

    /** True if a variable or setting has a key of this section, known or not. */
    boolean speakOf(String section) {
        return environment.keySet().stream().anyMatch(name -> name.startsWith(prefix(section)))
                || settings.keySet().stream().anyMatch(name -> name.startsWith(section + "."));
    }

    static String variable(String section, String key) {
        return prefix(section) + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String prefix(String section) {
        return "AMESH_" + section.toUpperCase(Locale.ROOT) + "_";
    }

    /** Variables and settings that speak of {@code section} and of none of its keys. */
    void refuseUnknown(String section, Set<String> keys) throws CommandException {
        Set<String> variables =
                keys.stream().map(key -> variable(section, key)).collect(Collectors.toCollection(TreeSet::new));
        for (String name : environment.keySet()) {
            if (name.startsWith(prefix(section)) && !variables.contains(name)) {
                throw CommandException.usage("unknown variable " + name, NearestName.hint(name, variables));
            }
        }
        for (String name : settings.keySet()) {
            if (name.startsWith(section + ".") && !keys.contains(name.substring(section.length() + 1))) {
                Set<String> known =
                        keys.stream().map(key -> section + "." + key).collect(Collectors.toCollection(TreeSet::new));
                throw CommandException.usage("unknown key in --set " + name, NearestName.hint(name, known));
            }
        }
    }

    void refuseUnknownSections(Set<String> sections) throws CommandException {
        for (String name : settings.keySet()) {
            String section = name.substring(0, name.indexOf('.'));
            if (!sections.contains(section)) {
                throw CommandException.usage("unknown section in --set " + name, NearestName.hint(section, sections));
            }
        }
    }
}
