package dev.nightjar.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.YamlFile;
import dev.nightjar.config.YamlText;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ContractsProperties {

  @Property(tries = 300)
  void a_contract_is_read_back_as_it_was_written(@ForAll("contracts") Contract contract) {
    Problems problems = new Problems();
    String yaml = YamlText.of(Contracts.toYaml(contract));
    Optional<Contract> read =
        YamlFile.parse("contract.yaml", yaml, Environment.verbatim(), problems)
            .flatMap(Contracts::read);
    assertThat(problems.found()).as(yaml).isEmpty();
    assertThat(read).as(yaml).contains(contract);
  }

  @Provide
  Arbitrary<Contract> contracts() {
    return AnyContract.contracts();
  }
}
