#include "plugin/settings/SettingsSnapshot.h"

#include <stdexcept>

#include "plugin/file/Refused.h"

namespace chat::plugin {

SettingsSnapshot SettingsSnapshot::read(const std::string& prefix, std::span<const SettingDeclaration> declarations,
                                        const PropertySource& properties) {
  SettingsSnapshot snapshot;
  std::string faults;
  for (const auto& declaration : declarations) {
    const auto name = prefix + declaration.key;
    try {
      const auto text = properties(name);
      snapshot._values.emplace(declaration.key, text ? declaration.valueOf(*text) : declaration.defaultValue);
    } catch (const std::invalid_argument& error) {
      faults += (faults.empty() ? "" : "; ") + ("the property " + name + " ") + error.what();
    }
  }
  if (!faults.empty()) throw Refused(faults);
  return snapshot;
}

template <typename T>
const T& SettingsSnapshot::value(std::string_view key) const {
  const auto found = _values.find(key);
  if (found == _values.end()) throw std::logic_error("the setting " + std::string(key) + " is not declared");
  const auto* typed = std::get_if<T>(&found->second);
  if (typed == nullptr) throw std::logic_error("the setting " + std::string(key) + " is declared with another type");
  return *typed;
}

bool SettingsSnapshot::boolean(std::string_view key) const {
  return value<bool>(key);
}

std::int64_t SettingsSnapshot::integer(std::string_view key) const {
  return value<std::int64_t>(key);
}

std::string SettingsSnapshot::text(std::string_view key) const {
  return value<std::string>(key);
}

}  // namespace chat::plugin
