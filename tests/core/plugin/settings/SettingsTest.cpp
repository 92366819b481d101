#include <cppunit/extensions/HelperMacros.h>

#include <map>
#include <stdexcept>

#include "plugin/file/Refused.h"
#include "plugin/settings/PluginLimits.h"
#include "plugin/settings/SettingsSnapshot.h"

using chat::plugin::PluginLimits;
using chat::plugin::PropertySource;
using chat::plugin::Refused;
using chat::plugin::SettingDeclaration;
using chat::plugin::SettingsSnapshot;

namespace {

template <typename Call>
std::string refusalOf(Call&& call) {
  try {
    call();
  } catch (const Refused& refused) {
    return refused.what();
  }
  return "";
}

PropertySource from(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace

class SettingsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SettingsTest);
  CPPUNIT_TEST(readsDeclarations);
  CPPUNIT_TEST(refusesMalformedDeclarations);
  CPPUNIT_TEST(takesDefaultsAndProperties);
  CPPUNIT_TEST(namesThePropertyAndWhatIsAllowed);
  CPPUNIT_TEST(neverRepeatsAText);
  CPPUNIT_TEST(faultsOnUndeclaredKeys);
  CPPUNIT_TEST(readsLimits);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsDeclarations() {
    const auto integer = SettingDeclaration::parse("tokenHours integer 720 1..87600 | How long \"valid\" | means");
    CPPUNIT_ASSERT_EQUAL(std::string("tokenHours"), integer.key);
    CPPUNIT_ASSERT(integer.type == SettingDeclaration::Type::Integer);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{720}, std::get<std::int64_t>(integer.defaultValue));
    CPPUNIT_ASSERT_EQUAL(std::string("How long \"valid\" | means"), integer.description);
    CPPUNIT_ASSERT_EQUAL(std::string("an integer from 1 to 87600"), integer.expectation());

    const auto text = SettingDeclaration::parse("a.b text \"two | words\" ..20 | T");
    CPPUNIT_ASSERT_EQUAL(std::string("two | words"), std::get<std::string>(text.defaultValue));
    CPPUNIT_ASSERT_EQUAL(std::string("a text of at most 20 bytes"), text.expectation());
    CPPUNIT_ASSERT_EQUAL(std::string(),
                         std::get<std::string>(SettingDeclaration::parse("a text \"\" | T").defaultValue));
    CPPUNIT_ASSERT_EQUAL(std::string("an integer of at least -5"),
                         SettingDeclaration::parse("a integer -1 -5.. | T").expectation());
    CPPUNIT_ASSERT(std::get<bool>(SettingDeclaration::parse("a boolean true | T").defaultValue));
  }

  void refusesMalformedDeclarations() {
    const std::pair<const char*, const char*> rows[] = {
        {"", "the key"},
        {"1a text x | T", "the key"},
        {"a number 1 | T", "type is unknown"},
        {"a integer | T", "no default"},
        {"a integer", "no default"},
        {"a integer x | T", "the default must be an integer, not 'x'"},
        {"a integer 0 1..9 | T", "the default must be an integer from 1 to 9, not '0'"},
        {"a integer 5 1-9 | T", "only MIN..MAX"},
        {"a integer 5 .. | T", "only MIN..MAX"},
        {"a integer 5 1..x | T", "only MIN..MAX"},
        {"a boolean true 0..1 | T", "only MIN..MAX"},
        {"a text \"x | T", "quote is not closed"},
        {"a text x", "doesn't say what it is"},
        {"a text x |  ", "doesn't say what it is"},
        {"a integer 5 1..9 more | T", "doesn't say what it is"},
    };
    for (const auto& [line, part] : rows) {
      const auto refusal = refusalOf([line = line] { SettingDeclaration::parse(line); });
      CPPUNIT_ASSERT_MESSAGE(std::string(line) + ": " + refusal, refusal.find(part) != std::string::npos);
    }
  }

  void takesDefaultsAndProperties() {
    const auto settings = SettingsSnapshot::read(
        "p.", _declared, from({{"p.flag", "Yes"}, {"p.word", " kept as it is "}, {"count", "7"}}));
    CPPUNIT_ASSERT(settings.boolean("flag"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, settings.integer("count"));
    CPPUNIT_ASSERT_EQUAL(std::string(" kept as it is "), settings.text("word"));
  }

  void namesThePropertyAndWhatIsAllowed() {
    const auto refusal = refusalOf([this] {
      SettingsSnapshot::read("p.", _declared, from({{"p.flag", "maybe"}, {"p.count", "10"}}));
    });
    CPPUNIT_ASSERT_EQUAL(
        std::string("the property p.count must be an integer from 1 to 9, not '10'; the property p.flag "
                    "must be true or false, not 'maybe'"),
        refusal);
    for (const char* const value : {"", "5x", "99999999999999999999", "1.5", "0x5"}) {
      CPPUNIT_ASSERT(!refusalOf([&] { SettingsSnapshot::read("p.", _declared, from({{"p.count", value}})); }).empty());
    }
  }

  void neverRepeatsAText() {
    const auto refusal = refusalOf([this] {
      SettingsSnapshot::read("p.", _declared, from({{"p.word", "a secret that is too long"}}));
    });
    CPPUNIT_ASSERT_EQUAL(std::string("the property p.word must be a text of 1 to 20 bytes, not of 25"), refusal);
  }

  void faultsOnUndeclaredKeys() {
    const auto settings = SettingsSnapshot::read("p.", _declared, from({}));
    CPPUNIT_ASSERT_THROW(settings.integer("other"), std::logic_error);
    CPPUNIT_ASSERT_THROW(settings.integer("word"), std::logic_error);
  }

  void readsLimits() {
    const auto standard = PluginLimits::read("login", from({}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, standard.threads);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1024}, standard.queue);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, PluginLimits::read("login", from({{"plugin.login.threads", "2"}})).threads);
    const auto refusal = refusalOf([] { PluginLimits::read("login", from({{"plugin.login.threads", "0"}})); });
    CPPUNIT_ASSERT(refusal.find("plugin.login.threads must be an integer from 1 to 256") != std::string::npos);
  }

 private:
  const std::vector<SettingDeclaration> _declared = {
      SettingDeclaration::parse("count integer 3 1..9 | C"),
      SettingDeclaration::parse("flag boolean false | F"),
      SettingDeclaration::parse("word text w 1..20 | W"),
  };
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);
