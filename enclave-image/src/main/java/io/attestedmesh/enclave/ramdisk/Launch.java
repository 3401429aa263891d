package io.attestedmesh.enclave.ramdisk;

import java.util.List;

/**
 * How an application starts.
 *
 * @param command its words; empty where nothing says them
 * @param environment {@code NAME=value} each
 */
public record Launch(List<String> command, List<String> environment) {
    public static final Launch NONE = new Launch(List.of(), List.of());

    public Launch {
        command = List.copyOf(command);
        environment = List.copyOf(environment);
    }
}
