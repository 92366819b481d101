#include <cppunit/extensions/HelperMacros.h>
#include <elf.h>

#include <algorithm>
#include <string>

#include "core/plugin/PluginFolder.h"
#include "plugin/file/ElfImage.h"
#include "plugin/file/Refused.h"

using chat::plugin::ElfImage;
using chat::plugin::PluginFolder;
using chat::plugin::Refused;

namespace {

std::string refusalOf(std::string_view bytes) {
  try {
    ElfImage::parse(bytes);
  } catch (const Refused& refused) {
    return refused.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class ElfImageTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ElfImageTest);
  CPPUNIT_TEST(readsIdentityAndSymbols);
  CPPUNIT_TEST(refusesEveryTruncation);
  CPPUNIT_TEST(refusesWhatIsNoLibraryOfThisMachine);
  CPPUNIT_TEST(survivesEveryDamagedHeaderByte);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsIdentityAndSymbols() {
    const auto image = ElfImage::parse(_good);
    const auto identity = image.section(".chat_plugin");
    CPPUNIT_ASSERT(identity.has_value());
    CPPUNIT_ASSERT(identity->starts_with("chat-socketio plugin\n"));
    CPPUNIT_ASSERT(!image.section(".no such"));
    const auto& exported = image.exportedSymbols();
    CPPUNIT_ASSERT(std::find(exported.begin(), exported.end(), "pocoBuildManifest") != exported.end());
    const auto& wanted = image.undefinedSymbols();
    CPPUNIT_ASSERT(std::find(wanted.begin(), wanted.end(), "__cxa_throw") != wanted.end());
  }

  void refusesEveryTruncation() {
    const std::string_view whole = _good;
    CPPUNIT_ASSERT(contains(refusalOf({}), "is empty"));
    for (std::size_t length = 0; length < whole.size(); length += length < 2048 ? 1 : 211) {
      CPPUNIT_ASSERT_MESSAGE(std::to_string(length), !refusalOf(whole.substr(0, length)).empty());
    }
    CPPUNIT_ASSERT(contains(refusalOf(whole.substr(0, whole.size() - 1)), "truncated"));
    CPPUNIT_ASSERT(contains(refusalOf(whole.substr(0, whole.size() / 2)), "copy it again"));
  }

  void refusesWhatIsNoLibraryOfThisMachine() {
    CPPUNIT_ASSERT(
        contains(refusalOf("#!/bin/sh\necho a script of more than sixty-four bytes in length, as headers have"),
                 "not a shared library"));
    auto other = _good;
    other[offsetof(Elf64_Ehdr, e_machine)] = EM_S390;
    CPPUNIT_ASSERT(contains(refusalOf(other), "another machine"));
    other = _good;
    other[EI_CLASS] = ELFCLASS32;
    CPPUNIT_ASSERT(contains(refusalOf(other), "another machine"));
    other = _good;
    other[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
    CPPUNIT_ASSERT(contains(refusalOf(other), "link it with chat_add_plugin"));
  }

  /// Whatever the headers claim, the parser stays within the bytes (the sanitizers look on).
  void survivesEveryDamagedHeaderByte() {
    Elf64_Ehdr header;
    std::copy_n(_good.data(), sizeof header, reinterpret_cast<char*>(&header));
    const auto damage = [&](std::size_t from, std::size_t length) {
      for (std::size_t at = from; at < from + length; ++at) {
        for (const int value : {0x00, 0x7F, 0xFF}) {
          auto copy = _good;
          copy[at] = static_cast<char>(value);
          refusalOf(copy);
        }
      }
    };
    damage(0, sizeof header);
    damage(header.e_phoff, sizeof(Elf64_Phdr) * 2);
    damage(header.e_shoff + sizeof(Elf64_Shdr) * (header.e_shnum - 1u), sizeof(Elf64_Shdr));
    damage(header.e_shoff + sizeof(Elf64_Shdr) * 4, sizeof(Elf64_Shdr) * 3);
  }

 private:
  const std::string _good = PluginFolder::contents(PluginFolder::built("good"));
};

CPPUNIT_TEST_SUITE_REGISTRATION(ElfImageTest);
