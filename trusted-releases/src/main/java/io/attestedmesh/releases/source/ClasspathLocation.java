package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;

record ClasspathLocation(String name) implements SourceLocation {
    ClasspathLocation {
        if (name.isEmpty() || name.startsWith("/")) {
            throw new IllegalArgumentException(
                    "classpath: is followed by a name such as releases/bundle.json, not by \"" + OneLine.of(name)
                            + "\"");
        }
    }

    @Override
    public String kind() {
        return "classpath";
    }

    @Override
    public ReleaseSource open(SourceSettings settings) {
        return new ClasspathSource(name, settings.maxBytes(), ClasspathLocation.class.getClassLoader());
    }
}
