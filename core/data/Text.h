#pragma once

#include <Poco/Data/LOB.h>
#include <Poco/Data/SQLite/Extractor.h>
#include <Poco/Data/TypeHandler.h>
#include <Poco/Nullable.h>

#include <string>
#include <utility>

namespace chat::data {

/// A text that is read byte for byte, with NULs: `into(Text&)` instead of `into(std::string&)`, which Poco's SQLite
/// cuts at the first NUL. Binding a std::string works on both engines; Nullable<Text> works too.
struct Text {
  std::string value;
};

}  // namespace chat::data

template <>
class Poco::Data::TypeHandler<chat::data::Text> : public Poco::Data::AbstractTypeHandler {
 public:
  static std::size_t size() { return 1; }

  static void bind(std::size_t position, const chat::data::Text& text, AbstractBinder::Ptr binder,
                   AbstractBinder::Direction direction) {
    TypeHandler<std::string>::bind(position, text.value, std::move(binder), direction);
  }

  static void prepare(std::size_t position, const chat::data::Text& text, AbstractPreparator::Ptr preparator) {
    TypeHandler<std::string>::prepare(position, text.value, std::move(preparator));
  }

  static void extract(std::size_t position, chat::data::Text& text, const chat::data::Text& whenNull,
                      AbstractExtractor::Ptr extractor) {
    if (!dynamic_cast<SQLite::Extractor*>(extractor.get())) {
      TypeHandler<std::string>::extract(position, text.value, whenNull.value, std::move(extractor));
      return;
    }
    CLOB bytes;
    if (extractor->extract(position, bytes)) {
      text.value.assign(bytes.rawContent(), bytes.size());
    } else {
      text = whenNull;
    }
  }
};

template <>
class Poco::Data::TypeHandler<Poco::Nullable<chat::data::Text>> : public Poco::Data::AbstractTypeHandler {
 public:
  using NullableText = Poco::Nullable<chat::data::Text>;

  static std::size_t size() { return 1; }

  static void bind(std::size_t position, const NullableText& text, AbstractBinder::Ptr binder,
                   AbstractBinder::Direction direction) {
    if (text.isNull()) {
      binder->bind(position++, Poco::Data::Keywords::null, direction);
    } else {
      TypeHandler<chat::data::Text>::bind(position, text.value(), std::move(binder), direction);
    }
  }

  static void prepare(std::size_t position, const NullableText&, AbstractPreparator::Ptr preparator) {
    TypeHandler<std::string>::prepare(position, {}, std::move(preparator));
  }

  static void extract(std::size_t position, NullableText& text, const NullableText&, AbstractExtractor::Ptr extractor) {
    if (extractor->isNull(position)) {
      text.clear();
      return;
    }
    chat::data::Text found;
    TypeHandler<chat::data::Text>::extract(position, found, {}, std::move(extractor));
    text = std::move(found);
  }
};
