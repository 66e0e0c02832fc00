(function () {
  'use strict';
  var app = document.getElementById('app'), view = app.dataset.view, id = app.dataset.id;
  var seed = document.querySelector('meta[name=yf-seed]').content;
  var site = {{ facts | tojson }};

  function fnv(text) {
    var h = 0x811c9dc5;
    for (var i = 0; i < text.length; i++) { h ^= text.charCodeAt(i); h = Math.imul(h, 0x01000193) >>> 0; }
    return ('0000000' + h.toString(16)).slice(-8);
  }
  function api(path) {
    var ts = String(Date.now());
    var sign = fnv(path + '|' + ts + '|' + seed) + fnv(seed + '|' + ts);
    return fetch(path, { headers: { 'X-Yf-Ts': ts, 'X-Yf-Sign': sign } })
      .then(function (answer) { return answer.json(); })
      .then(function (answer) { if (answer.code) { throw answer; } return answer.data; });
  }
  function el(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    [].concat(children || []).forEach(function (child) {
      if (child) { node.append(child.nodeType ? child : document.createTextNode(child)); }
    });
    return node;
  }
  function yuan(cents) { return '¥' + (cents / 100).toFixed(2); }
  function card(goods) {
    return el('li', {}, [el('a', { href: '/goods/' + goods.goodsId }, [
      el('img', { src: '/media/goods/' + goods.goodsId + '.png', alt: '' }),
      el('p', {}, goods.title), el('b', {}, goods.priceCent === null ? '已售罄' : yuan(goods.priceCent))])]);
  }
  function frame(content) {
    app.replaceChildren(
      el('header', { 'class': 'bar' }, el('div', { 'class': 'w' }, [el('b', {}, site.name), el('input', { placeholder: '搜索商品' })])),
      el('main', { 'class': 'w' }, content),
      el('footer', { 'class': 'platform-foot' }, [
        el('p', {}, site.operator + '　营业执照 统一社会信用代码：' + site.code + '　' + site.address),
        el('p', {}, site.icp + '　增值电信业务经营许可证 ' + site.licence)]));
  }
  function store(data) {
    var shown = data.display, facts = el('dl', {}, []);
    [['综合评分', data.score], ['开店时间', data.opened], ['所在地', data.location], ['在售商品', data.onSale + ' 件']]
      .forEach(function (fact) { facts.append(el('div', {}, [el('dt', {}, fact[0]), el('dd', { 'data-fact': fact[0] }, fact[1])])); });
    var foot = el('section', { 'class': 'store-foot' }, [shown.text && el('p', shown.hidden ? { style: 'position:absolute;left:-9999px' } : {}, shown.text)]);
    (shown.permits || []).forEach(function (permit) { foot.append(el('p', { 'class': 'permit' }, permit.join('：'))); });
    if (shown.link) { foot.append(el('a', { href: '/store/' + id + '/qualification', 'class': 'lic' }, shown.link)); }
    frame([el('article', { id: 'store', 'data-store': id }, [
      el('div', { 'class': 'store-head' }, [el('span', { 'class': 'icon' }, ''), el('h1', {}, data.name), facts]),
      el('div', { 'class': 'banner' }, el('img', { src: '/media/banner/' + id + '.png', alt: '' })),
      el('p', { 'class': 'notice' }, data.notice),
      shown.note && el('p', { 'class': 'story' }, shown.note),
      shown.article && el('section', { 'class': 'story' }, [el('h3', {}, shown.article.title), el('p', {}, shown.article.text)]),
      el('ul', { 'class': 'grid' }, data.goods.map(card)), foot])]);
  }
  function qualification(data) {
    frame([el('article', { id: 'qualification', 'data-store': id, 'class': 'qualification' }, [
      el('h1', {}, data.name), el('h2', {}, '资质证照'),
      el('img', { 'class': 'licence', src: data.picture, alt: '营业执照' }), el('p', {}, '以上信息由商家提供，平台已核验。')])]);
  }
  function fail(answer) {
    frame([el('div', { 'class': 'notice-box' }, [el('h1', {}, answer.msg || '网络开小差了')])]);
  }
  var views = { store: ['', store], qualification: ['/qualification', qualification] };
  if (views[view]) {
    api('/api/v1/store/' + id + views[view][0]).then(views[view][1]).catch(fail);
  } else if (view === 'goods') {
    api('/api/v1/goods/' + id).then(function (data) {
      frame([el('h1', {}, data.title), el('b', {}, data.priceCent === null ? '已售罄' : yuan(data.priceCent)),
        el('img', { src: '/media/goods/' + id + '.png', alt: '' })].concat(data.desc.map(function (text) { return el('p', {}, text); })));
    }).catch(fail);
  } else {
    frame([el('p', { 'class': 'notice' }, '欢迎来到' + site.name)]);
  }
  (new Image()).src = '/beacon.gif?v=' + encodeURIComponent(view) + '&t=' + Date.now();
})();
