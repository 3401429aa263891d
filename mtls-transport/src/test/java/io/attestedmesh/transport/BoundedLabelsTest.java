package io.attestedmesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedLabelsTest {
    @Test
    void labelFor_namesBeyondTheCapacity_isOneForAllOfThem() {
        BoundedLabels labels = new BoundedLabels(2);
        labels.labelFor("a");
        labels.labelFor("b");

        assertThat(labels.labelFor("c")).isEqualTo(BoundedLabels.OTHERS);
        assertThat(labels.labelFor("d")).isEqualTo(BoundedLabels.OTHERS);
    }

    @Test
    void labelFor_nameSeenWhileThereWasRoom_isItsOwnForEver() {
        BoundedLabels labels = new BoundedLabels(2);
        labels.labelFor("a");
        labels.labelFor("a");
        labels.labelFor("b");
        labels.labelFor("c");

        assertThat(labels.labelFor("a")).isEqualTo("a");
        assertThat(labels.labelFor("b")).isEqualTo("b");
    }
}
