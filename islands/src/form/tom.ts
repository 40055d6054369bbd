// Tom Select with the one plug-in that pickers use, its own words in the page's language; loaded only by pages that have a picker.
import "tom-select/dist/css/tom-select.bootstrap5.min.css";
import Base from "tom-select/base";
import dropdownInput from "tom-select/plugins/dropdown_input/plugin.js";

Base.define("dropdown_input", dropdownInput);

const [NONE, BY_CODE] = document.documentElement.lang.startsWith("zh") ? ["没有找到", "按代码"] : ["Nothing found", "By code"];
type Given = ConstructorParameters<typeof Base>;

export default class TomSelect extends Base {
  constructor(input: Given[0], settings: Given[1]) {
    const words = {
      no_results: () => `<div class="no-results">${NONE}</div>`,
      option_create: (typed: { input: string }, escape: (text: string) => string) => `<div class="create">${BY_CODE} <strong>${escape(typed.input)}</strong></div>`,
    };
    super(input, { ...settings, render: { ...words, ...settings?.render } });
  }
}
